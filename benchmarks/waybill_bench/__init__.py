"""Benchmarks of the built artifacts beside what a user would pick instead."""
