"""How codes, ranks and bits are chosen: the algorithms that methods are made of."""
