import { benchApp } from '../_lib/bench-app.ts'

export default benchApp('worker', 'inference')
