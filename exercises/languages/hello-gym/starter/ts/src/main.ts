import { readFileSync } from 'node:fs'

const request = JSON.parse(readFileSync(0, 'utf8')) as { name: string }

// One line is not right yet. `request.name` holds the name that came in.
const answer = { greeting: 'Hello, world' }

console.log(JSON.stringify(answer))
