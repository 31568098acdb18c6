import { readFileSync } from 'node:fs'

const request = JSON.parse(readFileSync(0, 'utf8')) as { name: string }

const answer = { greeting: 'Hello, ' + request.name }

console.log(JSON.stringify(answer))
