"""What a stream needs before its first record: three topics and a place for the lake. Making them twice is safe."""
