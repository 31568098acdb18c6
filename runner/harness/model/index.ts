/** Models for suites whose right answer can be computed: `#harness/model` (runner/docs/harness/model.md). */
export { agrees, type Agreement, type Wrong } from './agrees.ts'
export { lineAnswers, type Answers } from './answers.ts'
export { drawn } from './drawn.ts'
export { near, type NearOptions } from './near.ts'
export {
  array,
  bigInt,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  record,
  string,
  tuple,
  uniqueArray,
  type Arbitrary,
} from 'fast-check'
