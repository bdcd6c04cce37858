"""The way of a message: prepared, recorded, submitted to one provider after the other, settled."""
