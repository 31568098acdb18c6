import os

from invoices import handle
from wire import serve

serve(int(os.environ.get("PORT", "3000")), handle)
