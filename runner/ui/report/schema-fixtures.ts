import { Ajv, type AnySchemaObject } from 'ajv'

/** What is wrong with a value by a published schema; empty when it fits. */
export function schemaProblems(schema: AnySchemaObject, value: unknown): string[] {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false, strictRequired: false })
  const fits = ajv.compile(schema)
  return fits(value) ? [] : (fits.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
}

const text: AnySchemaObject = { type: 'string' }
const whole: AnySchemaObject = { type: 'integer' }
const open: AnySchemaObject = { type: 'object' }

/** "CTRF JSON Schema" (draft 7), the objects that we write; every property it knows is there. */
export const ctrfSchema: AnySchemaObject = {
  type: 'object',
  required: ['results', 'reportFormat', 'specVersion'],
  additionalProperties: false,
  properties: {
    reportFormat: { const: 'CTRF' },
    specVersion: { type: 'string', pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$' },
    reportId: text,
    timestamp: text,
    generatedBy: text,
    extra: open,
    insights: open,
    baseline: open,
    results: {
      type: 'object',
      required: ['tool', 'summary', 'tests'],
      additionalProperties: false,
      properties: {
        tool: {
          type: 'object',
          required: ['name'],
          additionalProperties: false,
          properties: { name: { type: 'string', minLength: 1 }, version: text, extra: open },
        },
        summary: {
          type: 'object',
          required: ['tests', 'passed', 'failed', 'skipped', 'pending', 'other', 'start', 'stop'],
          additionalProperties: false,
          properties: {
            tests: whole,
            passed: whole,
            failed: whole,
            skipped: whole,
            pending: whole,
            other: whole,
            flaky: whole,
            suites: whole,
            start: whole,
            stop: whole,
            duration: whole,
            extra: open,
          },
        },
        tests: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name', 'status', 'duration'],
            additionalProperties: false,
            properties: {
              id: text,
              name: { type: 'string', minLength: 1 },
              status: { enum: ['passed', 'failed', 'skipped', 'pending', 'other'] },
              duration: whole,
              start: whole,
              stop: whole,
              suite: { type: 'array', minItems: 1, items: text },
              message: text,
              trace: text,
              snippet: text,
              ai: text,
              line: whole,
              rawStatus: text,
              tags: { type: 'array', items: text },
              labels: open,
              type: text,
              filePath: text,
              retries: whole,
              flaky: { type: 'boolean' },
              extra: open,
            },
          },
        },
        environment: open,
        extra: open,
      },
    },
  },
}

const instant: AnySchemaObject = {
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\dZ$',
}
const filled: AnySchemaObject = { type: 'string', minLength: 1 }
const points: AnySchemaObject = { type: 'integer', minimum: 0 }

/** "classroom50/result/v1" of Classroom 50, as published with it. */
export const classroom50Schema: AnySchemaObject = {
  type: 'object',
  additionalProperties: false,
  required: [
    'schema',
    'classroom',
    'assignment',
    'assignment_type',
    'owner',
    'submission',
    'commit',
    'release',
    'review',
    'datetime',
    'score',
    'max-score',
    'tests',
  ],
  properties: {
    schema: { const: 'classroom50/result/v1' },
    classroom: filled,
    assignment: filled,
    assignment_type: { enum: ['individual', 'group'] },
    owner: filled,
    submission: { type: 'string', pattern: '^submit/' },
    commit: filled,
    release: filled,
    review: filled,
    datetime: instant,
    graded_at: instant,
    score: points,
    'max-score': points,
    tests: { type: 'array', items: { $ref: '#/$defs/testResult' } },
    submitted_by: {
      type: 'object',
      required: ['username'],
      properties: { username: filled, id: { type: ['integer', 'null'] } },
    },
  },
  $defs: {
    testResult: {
      type: 'object',
      required: ['test-name', 'passed', 'score', 'max-score'],
      properties: { 'test-name': filled, passed: { type: 'boolean' }, score: points, 'max-score': points },
    },
  },
}

const visibility: AnySchemaObject = { enum: ['hidden', 'after_due_date', 'after_published', 'visible'] }

/** Gradescope, "Autograder Specifications", section "Output format": its whole list of fields. */
export const gradescopeSchema: AnySchemaObject = {
  type: 'object',
  required: ['score', 'tests'],
  additionalProperties: false,
  properties: {
    score: { type: 'number' },
    execution_time: { type: 'number' },
    output: text,
    output_format: text,
    test_output_format: text,
    test_name_format: text,
    visibility,
    stdout_visibility: visibility,
    extra_data: open,
    leaderboard: { type: 'array' },
    tests: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        properties: {
          score: { type: 'number' },
          max_score: { type: 'number' },
          status: { enum: ['passed', 'failed'] },
          name: text,
          name_format: text,
          number: text,
          output: text,
          output_format: text,
          tags: { type: 'array', items: text },
          visibility,
          extra_data: open,
        },
      },
    },
  },
}

/** Exercism, "The Test Runner Interface", version 3. */
export const exercismSchema: AnySchemaObject = {
  type: 'object',
  required: ['version', 'status', 'tests'],
  additionalProperties: false,
  properties: {
    version: { const: 3 },
    status: { enum: ['pass', 'fail', 'error'] },
    message: { type: ['string', 'null'], maxLength: 65_535 },
    tests: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'status'],
        additionalProperties: false,
        properties: {
          name: text,
          test_code: text,
          status: { enum: ['pass', 'fail', 'error'] },
          message: { type: ['string', 'null'] },
          output: { type: ['string', 'null'], maxLength: 500 },
          task_id: whole,
        },
      },
    },
  },
}

/** GitHub Classroom: what its "Autograding Reporter" reads from a runner's result. */
export const githubResultSchema: AnySchemaObject = {
  type: 'object',
  required: ['version', 'status', 'max_score', 'tests'],
  additionalProperties: false,
  properties: {
    version: { const: 1 },
    status: { enum: ['pass', 'fail', 'error'] },
    max_score: { type: 'number' },
    tests: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name', 'status', 'score'],
        additionalProperties: false,
        properties: {
          name: filled,
          status: { enum: ['pass', 'fail', 'error'] },
          score: { type: 'number' },
          message: text,
          line_no: whole,
          test_code: text,
          execution_time: text,
        },
      },
    },
  },
}

/** GitHub Classroom, "Autograding": the fields of a test in autograding.json. */
export const autogradingSchema: AnySchemaObject = {
  type: 'object',
  required: ['tests'],
  additionalProperties: false,
  properties: {
    tests: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'setup', 'run', 'comparison', 'timeout'],
        additionalProperties: false,
        properties: {
          name: filled,
          setup: text,
          run: filled,
          input: text,
          output: text,
          comparison: { enum: ['included', 'exact', 'regex'] },
          timeout: { type: 'number' },
          points: whole,
        },
      },
    },
  },
}

const cell: AnySchemaObject = {
  type: 'object',
  required: [
    'slug',
    'state',
    'score',
    'lateMinutes',
    'afterLate',
    'override',
    'final',
    'verdict',
    'language',
    'tree',
    'attempts',
    'cases',
  ],
  properties: {
    slug: filled,
    state: { enum: ['graded', 'missing', 'rejected', 'system-error', 'not-graded', 'excused'] },
    score: { type: ['number', 'null'] },
    lateMinutes: { type: 'number', minimum: 0 },
    afterLate: { type: ['number', 'null'] },
    final: { type: ['number', 'null'] },
    override: { type: ['object', 'null'], required: ['score', 'excused', 'by', 'why', 'at'] },
    verdict: { type: ['string', 'null'] },
    language: { type: ['string', 'null'] },
    tree: { type: ['string', 'null'] },
    attempts: whole,
    cases: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'status'],
        additionalProperties: false,
        properties: { id: filled, status: { enum: ['passed', 'failed', 'skipped'] } },
      },
    },
  },
}

/** Our own gradebook.json, format 1. */
export const gradebookSchema: AnySchemaObject = {
  type: 'object',
  required: ['formatVersion', 'set', 'learners', 'items', 'notices'],
  additionalProperties: false,
  properties: {
    formatVersion: { const: 2 },
    set: { type: 'object', required: ['id', 'version', 'title', 'passMark', 'closesAt', 'attempts', 'exercises'] },
    learners: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'name', 'email', 'github', 'sisId', 'inRoster', 'total', 'cells'],
        properties: {
          total: {
            type: 'object',
            required: ['points', 'average', 'blank', 'incomplete', 'passed'],
            properties: { points: { type: ['number', 'null'] }, passed: { type: ['boolean', 'null'] } },
          },
          cells: { type: 'array', items: cell },
        },
      },
    },
    items: {
      type: 'array',
      items: {
        type: 'object',
        required: [
          'slug',
          'learners',
          'difficulty',
          'passed',
          'discrimination',
          'cases',
          'nobodyPasses',
          'mistakes',
          'hints',
          'withHints',
          'minutesToPass',
        ],
      },
    },
    notices: { type: 'array', items: text },
  },
}
