import { defineRule } from '../../rule.ts'
import { node } from './views.examples.ts'

/**
 * containerd calls the programs in its verifiers' folder before it unpacks an image
 * (https://github.com/containerd/containerd/blob/main/docs/image-verification.md); a node that had them would bring
 * them as files of its variant.
 */
export default defineRule({
  id: 'image-verifier',
  title: 'Nodes verify the signature of an image before they run it',
  why: 'A digest says that an image is the one that was reviewed, a signature who built it.',
  mend: 'Bring a verifier of signatures to the nodes (files image-verifier/ of a node variant); until then signatures are verified where images are released, and digests name them in git.',
  controls: ['PCI DSS 6.3.2', 'SOC 2 CC6.8', 'ISO 27001 A.8.32'],
  severity: 'warning',
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Node'] },
  validations: [
    {
      cel: `object.spec.files.exists(f, f.startsWith('image-verifier/'))`,
      message:
        'there is no image verifier: signatures are verified where images are released, not where they run',
    },
  ],
  pass: [node()],
  fail: [node({ files: ['config.yaml'] })],
  mutations: [],
})
