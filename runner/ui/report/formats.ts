import { autogradingJson, classroom50Files, githubGradesCsv, githubResultFiles } from './classroom-results.ts'
import type { ClassReport, ReportFile } from './class-report.ts'
import { gradebookCsv } from './gradebook-csv.ts'
import { gradebookJson } from './gradebook-json.ts'
import { htmlReport } from './html-report.ts'
import { exercismFiles, gradescopeFiles } from './submission-results.ts'
import { ctrfJson, junitXml } from './test-reports.ts'

/** Every export but Canvas's, which needs the instructor's own file (canvas-csv.ts). */
const makers = {
  html: (report) => [{ path: 'report.html', text: htmlReport(report) }],
  csv: (report) => [{ path: 'gradebook.csv', text: gradebookCsv(report) }],
  json: (report) => [{ path: 'gradebook.json', text: gradebookJson(report) }],
  github: (report) => [
    { path: 'github-classroom-grades.csv', text: githubGradesCsv(report) },
    { path: 'autograding.json', text: autogradingJson(report) },
    ...githubResultFiles(report),
  ],
  classroom50: classroom50Files,
  gradescope: gradescopeFiles,
  exercism: exercismFiles,
  junit: (report) => [{ path: 'junit.xml', text: junitXml(report) }],
  ctrf: (report) => [{ path: 'ctrf.json', text: ctrfJson(report) }],
} satisfies Record<string, (report: ClassReport) => ReportFile[]>

export type FormatName = keyof typeof makers
export const formatNames = Object.keys(makers) as FormatName[]

export const isFormat = (name: string): name is FormatName => Object.hasOwn(makers, name)

/** The files of some formats, in the order of the formats. */
export const reportFiles = (report: ClassReport, formats: readonly FormatName[]): ReportFile[] =>
  formats.flatMap((name) => makers[name](report))
