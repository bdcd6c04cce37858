from concurrent.futures import ThreadPoolExecutor

from smsgate_salesmsg.directory import Directory, Known


def known(contact_id: str) -> Known:
    return Known(contact_id=contact_id, conversation_id="1", sender=None, notes=())


def test_the_numbers_not_used_for_longest_are_forgotten_first() -> None:
    directory = Directory(size=2)
    directory.remember("+1", known("1"))
    directory.remember("+2", known("2"))
    directory.find("+1")
    directory.remember("+3", known("3"))
    assert [directory.find(number) for number in ("+1", "+2", "+3")] == [known("1"), None, known("3")]


def test_what_is_forgotten_is_gone_and_nothing_else() -> None:
    directory = Directory()
    for number in ("1", "2", "3"):
        directory.remember(number, known(number))
    directory.forget("1")
    directory.forget("never known")
    directory.forget_contact("2")
    assert [directory.find(number) for number in ("1", "2", "3")] == [None, None, known("3")]


def test_threads_never_make_it_larger_than_it_may_be() -> None:
    directory = Directory(size=50)

    def work(thread: int) -> None:
        for number in range(500):
            directory.remember(f"{thread}-{number}", known(str(number)))
            directory.find(f"{thread}-{number - 1}")
            directory.forget_contact(str(number - 20))

    with ThreadPoolExecutor(8) as pool:
        [*pool.map(work, range(8))]
    left = [name for thread in range(8) for number in range(500) if directory.find(name := f"{thread}-{number}")]
    assert 0 < len(left) <= 50
