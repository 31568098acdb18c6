/** By hand: node src/try.ts "blue teapot" */
import { openBox, sealBox } from './sealed-box.ts'

const ring = { current: 7, keys: new Map([[7, new Uint8Array(32)]]) }
const box = sealBox(Buffer.from(process.argv[2] ?? 'tea'), 'order/9/note', ring)
console.log(box)
console.log(Buffer.from(openBox(box, 'order/9/note', ring)).toString())
