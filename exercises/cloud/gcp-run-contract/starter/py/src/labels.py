import os
import threading
import urllib.request
from pathlib import Path

STORE = os.environ.get("STORE_URL", "http://localhost:9000")

# Labels by parcel.
made: dict[str, str] = {}


def make_label(parcel: str, to: str) -> None:
    label = f"To: {to}\nParcel: {parcel}\n"
    made[parcel] = label
    Path("labels").mkdir(exist_ok=True)
    Path(f"labels/{parcel}.txt").write_text(label)
    # Uploads take a while, so they happen when the customer has an answer.
    threading.Thread(target=upload, args=[parcel], daemon=True).start()


def find_label(parcel: str) -> str | None:
    return made.get(parcel)


def upload(parcel: str) -> None:
    label = Path(f"labels/{parcel}.txt").read_bytes()
    request = urllib.request.Request(f"{STORE}/labels/{parcel}", data=label, method="PUT")
    try:
        urllib.request.urlopen(request).close()
    except OSError as error:
        print(f"upload of {parcel} failed: {error}")
