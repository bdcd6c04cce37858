"""What a vendor may be able to do beside sending; an adapter can do what it inherits.

Every method is a `Conversation`. A list is given page by page: the cursor is None for the first page and then the
`Page.next` of the page before. Each ability declares its operations with `does`, and there is no other list of them.
"""
