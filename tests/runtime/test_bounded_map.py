from smsgate.runtime.bounded_map import BoundedMap


def test_a_bounded_map_forgets_the_entry_that_was_set_longest_ago() -> None:
    known: BoundedMap[str, int] = BoundedMap(2)
    known["a"] = 1
    known["b"] = 2
    known["a"] = 3  # set again, so b is older
    assert known.setdefault("c", 4) == 4

    assert known == {"a": 3, "c": 4}
