import os

from notes import handle
from wire import serve

serve(int(os.environ.get("PORT", "3000")), handle)
