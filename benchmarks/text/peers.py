"""What other Python libraries offer for the same questions, each called as its documentation says."""

import math
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from typing import Any

from smsgate import text

Counted = tuple[str, int]
GSM7, UCS2 = "GSM-7", "UCS-2"


class Peer:
    """A library: how it counts, how its answer reads, and its operations on 160 septets where it has them."""

    def __init__(
        self,
        package: str,
        count: Callable[[str], Any],
        read: Callable[[Any], Counted],
        **operations: Callable[[Any], Any],
    ) -> None:
        self.package = package
        self.version = version(package)
        self.count = count
        self._read = read
        self.operations = operations

    def counted(self, message: str) -> Counted | None:
        """Return encoding and segments by its count; None if it refuses the text."""
        try:
            return self._read(self.count(message))
        except Exception:  # noqa: BLE001  a peer may fail in any way
            return None


def smsgate() -> Peer:
    return Peer(
        "smsgate",
        text.analyse,
        lambda analysis: (analysis.encoding.value, analysis.segments),
        encode=text.encode,
        decode=text.decode,
        pack=text.pack,
        unpack=lambda packed: text.unpack(packed, 160),
    )


def gsm0338() -> Peer:
    import_module("gsm0338")

    def count(message: str) -> Counted:
        # It has a codec and no counter: this is the shortest that a user of it would write.
        try:
            units = len(message.encode("gsm03.38"))
        except UnicodeEncodeError:
            units = len(message.encode("utf-16-be", "surrogatepass")) // 2
            return UCS2, 1 if units <= 70 else math.ceil(units / 67)
        return GSM7, 1 if units <= 160 else math.ceil(units / 153)

    return Peer(
        "gsm0338",
        count,
        lambda found: found,
        encode=lambda message: message.encode("gsm03.38"),
        decode=lambda septets: septets.decode("gsm03.38"),
    )


def smsutil() -> Peer:
    module, codec = import_module("smsutil"), import_module("smsutil.codecs").GSM0338Codec()
    return Peer(
        "smsutil",
        module.split,
        lambda found: (GSM7 if found.encoding == "gsm0338" else UCS2, len(found.parts) or 1),
        encode=codec.encode,
        decode=codec.decode,
    )


def smssafe() -> Peer:
    # Only the step that counts, not the sanitising around it.
    return Peer(
        "smssafe",
        import_module("smssafe.core").step7_encode_metrics,
        lambda found: (GSM7 if found[0] == "gsm7" else UCS2, found[2]),
    )


def smpplib() -> Peer:
    module = import_module("smpplib.gsm")
    return Peer(
        "smpplib",
        module.make_parts,
        lambda found: (UCS2 if found[1] == 8 else GSM7, len(found[0])),
        encode=module.gsm_encode,
    )


def sms_toolkit() -> Peer:
    return Peer(
        "sms-toolkit",
        import_module("sms_toolkit.messages.profiling").profile_message,
        lambda found: (GSM7 if found["max_segment_size"] in {160, 153} else UCS2, found["num_segments"] or 1),
    )


def python_messaging() -> Peer:
    submit = import_module("messaging.sms").SmsSubmit
    utils, codec = import_module("messaging.utils"), import_module("messaging.sms.gsm0338").GSM0338Codec()

    def count(message: str) -> Any:  # noqa: ANN401  its own class
        sms = submit("+27821234567", message)
        return sms, sms.to_pdu()

    return Peer(
        "python-messaging",
        count,
        lambda found: (UCS2 if found[0].text_gsm is None else GSM7, len(found[1])),
        encode=codec.encode,
        decode=codec.decode,
        pack=utils.pack_8bits_to_7bits,
        unpack=lambda packed: utils.unpack_msg(packed.hex()),
    )


def python_gsmmodem_new() -> Peer:
    pdu = import_module("gsmmodem.pdu")

    def count(message: str) -> Counted:
        # What its encodeSmsSubmitPdu does before it writes a PDU.
        try:
            septets = len(pdu.encodeGsm7(message))
        except ValueError:
            return UCS2, 1 if len(message) <= 70 else len(pdu.divideTextUcs2(message))
        return GSM7, 1 if septets <= 160 else len(pdu.divideTextGsm7(message))

    return Peer(
        "python-gsmmodem-new",
        count,
        lambda found: found,
        encode=pdu.encodeGsm7,
        decode=pdu.decodeGsm7,
        pack=lambda septets: pdu.packSeptets(iter(septets)),
        unpack=lambda packed: pdu.unpackSeptets(iter(packed), 160),
    )


def peers() -> list[Peer]:
    """Return smsgate and its peers."""
    others = [gsm0338(), smsutil(), smssafe(), smpplib(), sms_toolkit(), python_messaging(), python_gsmmodem_new()]
    return [smsgate(), *others]
