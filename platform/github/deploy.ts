import { join } from 'node:path'
import * as pulumi from '@pulumi/pulumi'
import { loadFleet } from '../../clusters/fleet.ts'
import { declareGitHub } from './program.ts'

const fleet = loadFleet(join(import.meta.dirname, '../../clusters'))
declareGitHub(fleet, new pulumi.Config('meridian').requireNumber('wavesAppId'))
