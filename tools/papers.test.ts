import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, posix } from 'node:path'
import test from 'ava'
import { check } from '../synth/check.ts'
import { synth } from '../synth/synth.ts'

const root = dirname(import.meta.dirname)
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const papers = globSync(['*.md', 'docs/**/*.md', '{tools,ops,services}/*/README.md'], { cwd: root })
const rooms = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())

for (const paper of papers) {
  test(`what ${paper} links to exists`, (t) => {
    const links = [...read(paper).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)|<img[^>]* src="([^":]+)"/g)]
    const targets = links.map(([, link, image]) => posix.join(posix.dirname(paper), link ?? image ?? ''))
    t.deepEqual(
      targets.filter((target) => !existsSync(join(root, target))),
      [],
    )
  })

  test(`files that ${paper} names exist`, (t) => {
    const named = [...proseOf(paper).matchAll(/`([\w.-]+\/[\w./-]*)`/g)].map(([, path = '']) => path)
    const ours = named.filter((path) => rooms.some(({ name }) => path.startsWith(`${name}/`)))
    // The example app's own files are made by whoever follows the page.
    const real = ours.filter((path) => !path.includes('timing'))
    const places = [root, join(root, dirname(paper))]
    t.deepEqual(
      real.filter((path) => !places.some((place) => existsSync(join(place, path)))),
      [],
    )
  })

  test(`commands that ${paper} tells exist`, (t) => {
    const text = read(paper)
    const { scripts } = JSON.parse(read('package.json'))
    const run = [...text.matchAll(/npm (?:run ([\w:-]+)|(start|test)\b)/g)].map(
      ([, name, short]) => name ?? short ?? '',
    )
    t.deepEqual(
      run.filter((name) => !Object.hasOwn(scripts, name)),
      [],
    )
    const verbs = [...read('bin/meridian.ts').matchAll(/^ {2}(\w+): \[/gm)].map(([, verb]) => verb)
    const told = [...text.matchAll(/npx meridian ([a-z]+)/g)].map(([, verb]) => verb)
    t.deepEqual(
      told.filter((verb) => !verbs.includes(verb)),
      [],
    )
  })
}

test('the app of docs/add-an-app.md renders, fits its schemas and breaks no rule', async (t) => {
  mkdirSync(join(root, '.cache'), { recursive: true })
  // Inside the repository, so that the example finds the packages that it imports.
  const folder = mkdtempSync(join(root, '.cache/add-an-app-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const apps = join(folder, 'apps')
  mkdirSync(join(apps, 'timing'), { recursive: true })
  for (const name of readdirSync(join(root, 'apps'))) symlinkSync(join(root, 'apps', name), join(apps, name))
  const [release = '', app = ''] = [...read('docs/add-an-app.md').matchAll(/^```\w+\n(.*?)^```$/gms)].map(
    ([, code]) => code,
  )
  writeFileSync(join(apps, 'timing/release.yaml'), release)
  writeFileSync(join(apps, 'timing/app.ts'), app)
  t.true(app.split('\n').length < 60)

  const out = join(folder, 'rendered')
  await synth({ facts: join(root, 'clusters'), apps, out }, () => {})
  t.deepEqual(readdirSync(join(out, 'apps/timing')).toSorted(), ['large', 'medium', 'small'])
  t.true(existsSync(join(out, 'apps/timing/medium/poddisruptionbudget-timing.yaml')))
  const { findings } = await check(out, () => {})
  const its = findings.filter(({ files }) => files.some((file) => file.includes('timing')))
  t.deepEqual(
    its.map(({ rule, severity }) => `${severity} ${rule}`),
    // Its namespace is step 3, which is not taken here.
    ['warning image-by-digest', 'error references-lead-somewhere'].flatMap((finding) =>
      Array(3).fill(finding),
    ),
  )
})

/** The text without its blocks of code. */
function proseOf(paper: string): string {
  return read(paper).replace(/^```.*?^```$/gms, '')
}
