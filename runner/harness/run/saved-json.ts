/**
 * JSON that a person saved: some editors put a byte-order mark in front, which shows nowhere and which editors and most
 * tools read over. What a program prints is read as it is.
 * @throws as JSON.parse
 */
export const parseSaved = (text: string): unknown => JSON.parse(text.replace(/^\uFEFF/, ''))
