import test from 'ava'
import { imageParts } from './official-chart.ts'

const digest = `sha256:${'0'.repeat(64)}`

test('an image splits into what charts ask for, whatever port its registry has', (t) => {
  t.deepEqual(imageParts(`registry.test:5000/mirror/app:v1.2@${digest}`), {
    repository: 'registry.test:5000/mirror/app',
    tag: 'v1.2',
    digest,
  })
})

test('an image without tag or digest is refused: the chart would run its own', (t) => {
  for (const image of ['registry.test/app', 'registry.test/app:v1', `registry.test:5000/app@${digest}`]) {
    t.throws(() => imageParts(image), { instanceOf: TypeError, message: /by tag and digest/ })
  }
})
