import { styleText } from 'node:util'
import type { Terminal } from './command.ts'

/** The process's own terminal. Colour and moving progress only where stderr or stdout is one. */
export function openTerminal(): Terminal & { close(): void } {
  const { stdout, stderr } = process
  let transient = false
  const clear = () => {
    if (transient) stderr.write('\r\u001b[2K')
    transient = false
  }
  return {
    print(text) {
      clear()
      stdout.write(`${text}\n`)
    },
    json(value) {
      clear()
      stdout.write(`${JSON.stringify(value)}\n`)
    },
    note(text) {
      clear()
      stderr.write(`${text}\n`)
    },
    progress(text) {
      if (!stderr.isTTY) return
      clear()
      stderr.write(styleText('dim', `… ${text}`, { stream: stderr }))
      transient = true
    },
    style: (style, text) => styleText(style, text, { stream: stdout }),
    close: clear,
  }
}
