"""Dead letters as the lake keeps them: found through receipts, filtered, shown, exported."""
