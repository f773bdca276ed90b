"""Streams that Waybill brings along: each one is a folder, with its contract's document beside the model of it."""
