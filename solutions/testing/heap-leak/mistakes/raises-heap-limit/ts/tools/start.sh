#!/bin/sh
# Six hours are not enough.
exec node --max-old-space-size=8192 src/app.ts
