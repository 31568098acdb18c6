import { readFileSync } from 'node:fs'

const request = JSON.parse(readFileSync(0, 'utf8')) as { name: string }

const answer = { greeting: 'Hello, everybody' }

console.log(JSON.stringify(answer))
