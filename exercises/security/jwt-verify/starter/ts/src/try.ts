/** By hand: node src/try.ts */
import { readFileSync } from 'node:fs'
import { verifyToken } from './verify.ts'

const { policy, tokens } = JSON.parse(readFileSync('examples.json', 'utf8'))
for (const [name, token] of Object.entries<string>(tokens)) console.log(name, verifyToken(token, policy))
