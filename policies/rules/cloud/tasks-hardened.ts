import { defineRule } from '../../rule.ts'
import { resource } from './views.examples.ts'

const good = {
  name: 'web',
  readonlyRootFilesystem: true,
  user: '65532',
  logConfiguration: { logDriver: 'awslogs' },
  linuxParameters: { capabilities: { drop: ['ALL'] } },
}
const task = (container: object = {}, changes: object = {}) =>
  resource('ecs.aws/TaskDefinition', {
    networkMode: 'awsvpc',
    taskRoleArn: `\${web-task.arn}`,
    executionRoleArn: `\${web-execution.arn}`,
    containerDefinitions: [{ ...good, ...container }],
    ...changes,
  })

export default defineRule({
  id: 'tasks-hardened',
  title: 'Tasks run unprivileged, on a file system that they cannot change, with roles of their own',
  why: 'What breaks out of one program finds nothing to write to, no right to use, and a log of it elsewhere.',
  mend: 'In the container: readonlyRootFilesystem, a user that is not root, capabilities dropped, a log configuration; in the task: awsvpc, a task role and another execution role.',
  controls: ['PCI DSS 2.2.6', 'PCI DSS 10.2.1', 'SOC 2 CC6.1', 'SOC 2 CC6.8', 'ISO 27001 A.8.9'],
  scope: 'cloud',
  match: { kinds: ['ecs.aws/TaskDefinition'] },
  variables: [
    {
      name: 'containers',
      cel: `type(object.spec.containerDefinitions) == list ? object.spec.containerDefinitions : [{}]`,
    },
  ],
  validations: [
    {
      cel: `variables.containers.all(c, c.?readonlyRootFilesystem.orValue(false) == true)`,
      message: 'a container may write to its own file system',
    },
    {
      cel: `variables.containers.all(c, c.?privileged.orValue(false) == false && !(c.?user.orValue('0').split(':')[0] in ['0', 'root', '']) &&
c.?linuxParameters.?capabilities.?add.orValue([]).size() == 0)`,
      message: 'a container runs as root, privileged, or with added capabilities',
    },
    {
      cel: `variables.containers.all(c, c.?logConfiguration.?logDriver.hasValue())`,
      message: 'a container logs nowhere',
    },
    {
      cel: `object.spec.?networkMode.orValue('bridge') == 'awsvpc'`,
      message: 'the tasks have no network interface, and so no security group, of their own',
    },
    {
      cel: `has(object.spec.taskRoleArn) && has(object.spec.executionRoleArn) && object.spec.taskRoleArn != object.spec.executionRoleArn`,
      message: 'the program has the rights of what starts it, or no role of its own',
    },
  ],
  pass: [task()],
  fail: [
    task({ readonlyRootFilesystem: false }),
    task({ user: 'root' }),
    task({ privileged: true }),
    task({ logConfiguration: undefined }),
    task({}, { networkMode: 'host' }),
    task({}, { taskRoleArn: `\${web-execution.arn}` }),
  ],
  mutations: [
    {
      on: 'ecs.aws/TaskDefinition',
      change: [{ path: '/spec/containerDefinitions/0/readonlyRootFilesystem', remove: true }],
    },
    { on: 'ecs.aws/TaskDefinition', change: [{ path: '/spec/containerDefinitions/0/user', value: 'root' }] },
    {
      on: 'ecs.aws/TaskDefinition',
      change: [{ path: '/spec/containerDefinitions/0/logConfiguration', remove: true }],
    },
    { on: 'ecs.aws/TaskDefinition', change: [{ path: '/spec/networkMode', value: 'host' }] },
    { on: 'ecs.aws/TaskDefinition', change: [{ path: '/spec/taskRoleArn', remove: true }] },
  ],
})
