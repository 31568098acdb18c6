import os
import urllib.request

STORE = os.environ.get("STORE_URL", "http://localhost:9000")


made: dict[str, str] = {}


def make_label(parcel: str, to: str) -> None:
    """Returns when the store has the label: after the answer an instance may get no more CPU."""
    label = f"To: {to}\nParcel: {parcel}\n".encode()
    urllib.request.urlopen(urllib.request.Request(f"{STORE}/labels/{parcel}", data=label, method="PUT")).close()
    made[parcel] = label.decode()


def find_label(parcel: str) -> str | None:
    return made.get(parcel)
