import { describe, expect, test } from 'vitest'
import { followBuild, settingsIn, startCommand, type Build } from './build.ts'
import { parseDockerfile } from './parse.ts'

const sent = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'src/server.ts',
  'src/deep/rates.ts',
  'README.md',
  '.env',
  'node_modules/express/package.json',
]

function build(text: string, changed: string[] = [], context = sent): Build {
  const dockerfile = parseDockerfile(text)
  expect(dockerfile.problems).toEqual([])
  const packages = { dependencies: ['express'], devDependencies: ['typescript', '@types/node'] }
  return followBuild({
    dockerfile,
    context: new Map(context.map((path) => [path, `context:${path}${changed.includes(path) ? '!' : ''}`])),
    packages,
  })
}

const filesOf = (text: string): string[] => [...build(text).final.files.keys()].sort()

/** Lines of the steps that Docker would carry out again after a change. */
function rebuilt(text: string, changed: string): number[] {
  const before = new Set(build(text).steps.map((step) => step.key))
  return build(text, [changed])
    .steps.filter((step) => !before.has(step.key))
    .map((step) => step.instruction.line)
}

describe('COPY, as in its reference', () => {
  test.each([
    ['a file to a folder that is named with a slash', 'COPY package.json /app/', ['/app/package.json']],
    ['a file to a name', 'COPY package.json /app', ['/app']],
    ['a file into the working folder', 'WORKDIR /app\nCOPY package.json .', ['/app/package.json']],
    [
      'a file to a folder that exists',
      'COPY README.md /app/\nCOPY package.json /app',
      ['/app/README.md', '/app/package.json'],
    ],
    [
      'several files',
      'WORKDIR /app\nCOPY package.json package-lock.json ./',
      ['/app/package-lock.json', '/app/package.json'],
    ],
    ['a folder: its content, not itself', 'COPY src /app/', ['/app/deep/rates.ts', '/app/server.ts']],
    ['a folder to a name', 'COPY ./src/ /app/src', ['/app/src/deep/rates.ts', '/app/src/server.ts']],
    ['a pattern', 'COPY pack*.json /x/', ['/x/package-lock.json', '/x/package.json']],
    ['a pattern for folders', 'COPY sr? /x/', ['/x/deep/rates.ts', '/x/server.ts']],
    ['the JSON form', 'COPY ["README.md", "/a b/"]', ['/a b/README.md']],
    [
      'variables and relative working folders',
      'ENV D=app\nWORKDIR /srv\nWORKDIR ${D}\nCOPY README.md ../$D/',
      ['/srv/app/README.md'],
    ],
    ['a here-document', 'COPY <<EOF /etc/motd\nhello\nEOF', ['/etc/motd']],
    ['a here-document into a folder', 'COPY <<motd /etc/\nhello\nmotd', ['/etc/motd']],
    ['--parents', 'COPY --parents src/deep/rates.ts /x/', ['/x/src/deep/rates.ts']],
    ['--exclude', 'COPY --exclude=deep --exclude=**/server.ts src /x/', ['/x/deep/rates.ts']],
    ['a folder of another stage', 'COPY src /a/\nFROM y AS two\nCOPY --from=0 /a/deep /b', ['/b/rates.ts']],
    ['a stage by its name in any case', 'COPY src /a/\nFROM y\nCOPY --from=ONE /a/server.ts /b/', ['/b/server.ts']],
    ['an image: nobody knows what is in it', 'COPY --from=busybox:1.37 /bin/sh /bin/', []],
    ['ADD of an address', 'ADD https://example.org/x.tar /x/', []],
  ])('%s', (_, lines, files) => {
    const text = `FROM x AS one\n${lines}\n`
    expect(build(text).problems).toEqual([])
    expect(filesOf(text)).toEqual(files)
  })

  test('what is not there makes the build fail; a pattern may find nothing', () => {
    expect(build('FROM x\nCOPY nothing.json /x/').problems).toEqual([
      'Line 2: COPY finds no "nothing.json" in what Docker is sent.',
    ])
    expect(build('FROM x AS a\nFROM y\nCOPY --from=a /dist /x/').problems).toEqual([
      'Line 3: COPY finds no "/dist" in the stage it copies from.',
    ])
    expect(build('FROM x\nCOPY --from=3 /a /b').problems).toEqual(['Line 2: there is no earlier stage 3.'])
    expect(build('FROM x AS build\nFROM y\nCOPY --from=builder /a /b').problems).toEqual([
      'Line 3: there is no earlier stage builder.',
    ])
    expect(build('FROM y\nCOPY --from=busybox /a /b').problems).toEqual([])
    expect(build('FROM x\nCOPY nothing* /x/').problems).toEqual([])
    expect(build('FROM x\nCOPY onlyone').problems).toEqual(['Line 2: COPY wants sources and a destination.'])
  })
})

describe('stages', () => {
  test('a stage that the last one does not need is not built', () => {
    const { stages, steps, problems } = build('FROM x AS a\nCOPY src /src\nFROM x AS test\nCOPY nothing /x\nFROM a')
    expect(stages.map((stage) => stage === null)).toEqual([false, true, false])
    expect(steps.map((step) => step.instruction.line)).toEqual([1, 2, 5])
    expect(problems).toEqual([])
  })

  test('a stage on a stage has its files, layers and settings; a file removed later stays in its layer', () => {
    const { final } = build(
      'FROM x AS a\nWORKDIR /app\nUSER node\nCMD ["a"]\nCOPY .env README.md ./\nFROM a\nRUN rm -f .env',
    )
    expect([...final.files.keys()]).toEqual(['/app/README.md'])
    expect(final.layers.map((layer) => [...layer.added.keys()])).toEqual([['/app/.env', '/app/README.md']])
    expect([final.workdir, final.user, final.cmd?.words]).toEqual(['/app', 'node', ['a']])
  })
})

describe('npm and tsc', () => {
  const manifests = 'FROM x\nWORKDIR /app\nCOPY package.json package-lock.json ./\n'
  const installed = (lines: string): string[] =>
    filesOf(manifests + lines).flatMap((path) => /node_modules\/(.+)\/package\.json$/.exec(path)?.[1] ?? [])

  test.each([
    ['RUN npm ci', ['@types/node', 'express', 'typescript']],
    ['RUN npm ci --omit=dev', ['express']],
    ['RUN npm ci --omit dev --omit=optional', ['express']],
    ['RUN npm clean-install --production', ['express']],
    ['RUN npm i --only=prod', ['express']],
    ['RUN NODE_ENV=production npm ci', ['express']],
    ['ENV NODE_ENV=production\nRUN npm ci', ['express']],
    ['ARG NODE_ENV=production\nRUN npm ci', ['express']],
    ['ENV NODE_ENV=production\nRUN npm ci --include=dev', ['@types/node', 'express', 'typescript']],
    ['ENV NPM_CONFIG_OMIT=dev\nRUN npm ci', ['express']],
    ['RUN export NODE_ENV=production && npm ci', ['express']],
    ['RUN ["npm", "ci", "--omit=dev"]', ['express']],
    ['RUN sh -c "npm ci --omit=dev"', ['express']],
    ['RUN <<EOF\nset -e\nnpm ci --omit=dev\nEOF', ['express']],
    ['RUN bash -e <<EOF\nnpm ci\nEOF', ['@types/node', 'express', 'typescript']],
    ['RUN cat <<EOF > x\nnpm ci\nEOF', []],
    ['RUN npm ci && npm prune --omit=dev && npm cache clean --force', ['express']],
    ['RUN echo "npm ci"', []],
    ['RUN npm install -g npm@11', []],
    ['RUN npm ci\nRUN rm -rf node_modules', []],
    ['RUN npm ci\nRUN rm -rf node_modules/t* ./node_modules/@types', ['express']],
    ['RUN --mount=type=cache,target=/root/.npm npm ci', ['@types/node', 'express', 'typescript']],
    ['RUN --mount=type=cache,target=/app/node_modules npm ci', []],
  ])('%s', (lines, packages) => {
    expect(build(manifests + lines).problems).toEqual([])
    expect(installed(lines)).toEqual(packages)
  })

  test('manifests that are mounted are there for the command and gone afterwards', () => {
    const text =
      'FROM x\nWORKDIR /app\nRUN --mount=type=bind,source=package.json,target=package.json \\\n --mount=type=bind,source=package-lock.json,target=package-lock.json \\\n npm ci --omit=dev'
    expect(build(text).problems).toEqual([])
    expect(filesOf(text)).toEqual(['/app/node_modules/express/package.json'])
    expect(rebuilt(text, 'package-lock.json')).toEqual([3])
    expect(rebuilt(text, 'src/server.ts')).toEqual([])
  })

  test.each([
    ['FROM x\nRUN npm ci', 'Line 2: npm ci finds no package.json in /.'],
    ['FROM x\nWORKDIR /app\nCOPY package.json .\nRUN npm ci', 'Line 4: npm ci finds no package-lock.json in /app.'],
    [`${manifests}RUN npm ci --omit=dev\nCOPY . .\nRUN npm run build`, undefined],
    [
      `${manifests}ENV NODE_ENV=production\nRUN npm ci\nCOPY tsconfig.json .\nCOPY src src\nRUN npm run build`,
      'Line 8: "npm run build" finds no typescript in /app/node_modules.',
    ],
    [`${manifests}RUN npm ci\nCOPY src src\nRUN npx tsc`, 'Line 6: "npx tsc" finds no tsconfig.json in /app.'],
    [
      `${manifests}RUN npm ci\nCOPY tsconfig.json src ./\nRUN npm run build`,
      'Line 6: "npm run build" finds no sources in /app/src.',
    ],
  ])('what makes it fail: %j', (text, problem) => {
    expect(build(text).problems.at(0)).toBe(
      problem === undefined ? 'Line 6: "npm run build" finds no typescript in /app/node_modules.' : problem,
    )
  })

  test.each([
    'npm run build',
    'npm run-script build',
    'npx tsc',
    'npx --no-install tsc -p .',
    'npm exec tsc',
    'node_modules/.bin/tsc',
    './node_modules/.bin/tsc',
    'cd /app && npm run build',
    'npm --prefix /app run build',
    'npm run build && mv dist out && cp -r out dist',
  ])('built by %s', (command) => {
    const text = `${manifests}RUN npm ci\nCOPY . .\nRUN ${command}`
    expect(build(text).problems).toEqual([])
    expect(filesOf(text).filter((path) => path.startsWith('/app/dist/'))).toEqual([
      '/app/dist/deep/rates.js',
      '/app/dist/server.js',
    ])
  })
})

describe('the cache: a step is taken from it when nothing it depends on has changed', () => {
  test('source before installation: a change of the source installs again', () => {
    expect(rebuilt('FROM x\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["a"]', 'src/server.ts')).toEqual([3, 4, 5])
  })

  test('manifests first: it does not', () => {
    const text = 'FROM x\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build'
    expect(rebuilt(text, 'src/server.ts')).toEqual([5, 6])
    expect(rebuilt(text, 'package-lock.json')).toEqual([3, 4, 5, 6])
  })

  test('COPY --from depends on the content, not on the stage', () => {
    const text =
      'FROM x AS a\nWORKDIR /app\nCOPY . .\nFROM x\nWORKDIR /app\nCOPY --from=a /app/package*.json ./\nRUN npm ci'
    expect(rebuilt(text, 'src/server.ts')).toEqual([3])
    expect(rebuilt(text, 'package.json')).toEqual([3, 6, 7])
  })

  test('an ARG is part of every RUN behind it', () => {
    const with1 = build('FROM x\nARG A=1\nRUN npm -v\nCOPY src /s').steps.map((s) => s.key)
    const with2 = build('FROM x\nARG A=2\nRUN npm -v\nCOPY src /s').steps.map((s) => s.key)
    expect(with1.map((key, i) => key === with2[i])).toEqual([true, false, false, false])
  })
})

test.each([
  ['CMD ["node", "a.js"]', ['node', 'a.js']],
  ['CMD node a.js', ['/bin/sh', '-c', 'node a.js']],
  ['ENTRYPOINT ["tini", "--"]\nCMD ["node", "a.js"]', ['tini', '--', 'node', 'a.js']],
  ['ENTRYPOINT ["node"]\nCMD a.js', ['node', '/bin/sh', '-c', 'a.js']],
  ['ENTRYPOINT node a.js\nCMD ["b"]', ['/bin/sh', '-c', 'node a.js']],
  ['CMD ["b"]\nFROM one\nENTRYPOINT ["node", "a.js"]', ['node', 'a.js']],
  ['ENTRYPOINT ["node"]\nFROM one\nCMD ["b"]', ['node', 'b']],
  ['USER node', ['entry.sh']],
])('what the image starts, as in "Understand how CMD and ENTRYPOINT interact": %j', (lines, words) => {
  expect(startCommand(build(`FROM x AS one\n${lines}`).final, ['entry.sh'])).toEqual(
    words.at(0) === 'entry.sh' || lines.includes('ENTRYPOINT') ? words : ['entry.sh', ...words],
  )
})

test('health check: the last one counts, and NONE is none', () => {
  const check = (lines: string) => build(`FROM x\n${lines}`).final.healthcheck
  expect(check('HEALTHCHECK --interval=3s CMD curl -f x || exit 1')).toMatchObject({
    form: 'shell',
    words: ['curl -f x || exit 1'],
  })
  expect(check('HEALTHCHECK CMD ["node", "h.js"]\nHEALTHCHECK NONE')).toBe('none')
  expect(check('USER node')).toBe(null)
})

test('what ENV, ARG and LABEL write down', () => {
  const { final } = build('FROM x\nARG TOKEN\nARG A=1 B="2 3"\nENV C=4 D=$A\nLABEL e="f g"')
  expect(settingsIn(final.instructions).map(({ name, value }) => `${name}=${value}`)).toEqual([
    'TOKEN=',
    'A=1',
    'B="2 3"',
    'C=4',
    'D=1',
    'e=f g',
  ])
})
