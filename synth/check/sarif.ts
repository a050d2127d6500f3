import { hash } from 'node:crypto'
import type { Rule } from '../../policies/rule.ts'
import type { ExceptedFinding, Finding, Verdict } from './finding.ts'

/**
 * The verdict as SARIF 2.1.0 (OASIS), for code scanning: a result points to the line of source to mend, and to the
 * rendered files as related locations. An excepted finding is a suppressed result.
 *
 * A fingerprint is made of the rule, its validation and the object, so it stays while lines and images move; the same
 * finding in several variants is one result.
 */
export function sarifOf(
  { findings, excepted }: Pick<Verdict, 'findings' | 'excepted'>,
  rules: readonly Rule[],
) {
  const described = [...rules.map(ruleDescriptor), ...ownRules.map(ownDescriptor)]
  const index = new Map(described.map(({ id }, at) => [id, at]))
  const groups = [findings, excepted].flatMap((list) => [
    ...Map.groupBy<string, Finding | ExceptedFinding>(list, fingerprintOf),
  ])
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'meridian check', rules: described } },
        // GitHub keeps the alerts of one category apart from other tools' of the same commit.
        automationDetails: { id: 'meridian/check/' },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: "The repository's root." } } },
        results: groups.map(([fingerprint, same]) => resultOf(fingerprint, same, index)),
      },
    ],
  }
}

/** GitHub shows ten; a finding in the files of 10,000 clusters is still one finding. */
const relatedAtMost = 10

function resultOf(
  fingerprint: string,
  same: readonly (Finding | ExceptedFinding)[],
  index: ReadonlyMap<string, number>,
) {
  const [first] = same
  if (!first) throw new RangeError('a group of findings is never empty')
  const { rule, severity, object, message, mend, source } = first
  const files = [...new Set(same.flatMap((finding) => finding.files))]
  const more = files.length > relatedAtMost ? ` (in ${files.length} rendered files)` : ''
  return {
    ruleId: rule,
    ruleIndex: index.get(rule) ?? -1,
    // GitHub shows suppressed results like others: as a note they fail nothing.
    level: 'exception' in first ? 'note' : severity,
    message: { text: `${object}: ${message}${more}. ${mend}` },
    locations: [
      {
        physicalLocation: physicalLocation(source),
        logicalLocations: [{ fullyQualifiedName: object, kind: 'resource' }],
      },
    ],
    ...(files.length > 0 && {
      relatedLocations: files.slice(0, relatedAtMost).map((file, id) => ({
        id,
        message: { text: `rendered as ${object}` },
        physicalLocation: physicalLocation(`rendered/${file}`),
      })),
    }),
    // The first is the key that GitHub compares; without it, it would take a hash of the line, which moves.
    partialFingerprints: { primaryLocationLineHash: fingerprint, 'meridianFinding/v1': fingerprint },
    ...('exception' in first && {
      suppressions: [
        {
          kind: 'external',
          status: 'accepted',
          justification: `${first.exception.reason} (${first.exception.owner}, until ${first.exception.until})`,
          location: { physicalLocation: physicalLocation(first.exception.source) },
        },
      ],
    }),
  }
}

/** Lines, messages and variants may change while it is the same finding still. */
function fingerprintOf({ rule, part, object }: Finding): string {
  return hash('sha256', JSON.stringify([rule, part, object])).slice(0, 32)
}

function physicalLocation(place: string) {
  const [, uri = '', line = '1'] = /^(.*?)(?::(\d+))?$/.exec(place) ?? []
  return {
    artifactLocation: { uri: encodeURI(uri), uriBaseId: '%SRCROOT%' },
    region: { startLine: Number(line) },
  }
}

function ruleDescriptor({ id, title, why, mend, controls, severity, stage, scope }: Rule) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: {
      text: `${why}\n\n${mend}\n\nEvidence for: ${controls.join(', ')}.`,
      markdown: `${why}\n\n**Mend.** ${mend}\n\n**Evidence for** ${controls.join(', ')}.`,
    },
    defaultConfiguration: { level: severity },
    properties: { tags: ['security', `scope/${scope}`, `stage/${stage}`, ...controls] },
  }
}

/** What the check finds without a rule. */
const ownRules = [
  [
    'schema',
    'An object is what its schema allows',
    'The API server refuses or drops what its schema does not know.',
  ],
  [
    'exception',
    'An exception holds until its last day',
    'Past it, somebody has to mend the object or argue again.',
  ],
  [
    'stage',
    'A rule warns in every wave before it denies',
    'What was never warned about would stop a cluster.',
  ],
  [
    'lock-out',
    'Admission leaves kube-system alone',
    'A rule there could stop a cluster from healing itself.',
  ],
] as const

function ownDescriptor([id, title, why]: (typeof ownRules)[number]) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: why, markdown: why },
    defaultConfiguration: { level: 'error' as const },
    properties: { tags: ['security'] },
  }
}
