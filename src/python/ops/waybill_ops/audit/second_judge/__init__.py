"""The auditor's own judge: contract1 read a second time, without a line of the writer's.

Its tokenizer, its numbers, its calendar and its patterns' engine are others, and it goes through the document instead
of making checks of it. What it says has the form in which ``waybill contract judge`` prints it.
"""
