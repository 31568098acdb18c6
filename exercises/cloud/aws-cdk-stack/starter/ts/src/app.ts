// Prints the templates of all stages as one JSON object. Other stages than those of stages.ts may be given as JSON.
import { App } from 'aws-cdk-lib'
import { stages, type UploadsProps } from './stages.ts'
import { UploadsStack } from './uploads-stack.ts'

const given = process.argv[2]
const app = new App()
for (const props of given === undefined ? stages : (JSON.parse(given) as UploadsProps[])) new UploadsStack(app, `uploads-${props.stage}`, props)

const { stacks } = app.synth()
console.log(JSON.stringify(Object.fromEntries(stacks.map(({ stackName, template }) => [stackName, template])), null, 2))
