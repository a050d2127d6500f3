import type { Program } from '../stack.ts'

export const declare: Program = () => ({})
