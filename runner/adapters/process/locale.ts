/** For a JVM: it reads names of files by the locale, and without one finds nothing below a folder with an umlaut. */
export const namesInUtf8 = { LC_ALL: 'C.UTF-8' }
