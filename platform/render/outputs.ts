/**
 * Properties that only the cloud fills in and that are more than a string, as far as our programs look into them:
 * a reference for each part.
 */
const structures: Readonly<Record<string, (name: string) => unknown>> = {
  'aws:acm/certificate:Certificate.domainValidationOptions': (name) => [
    {
      resourceRecordName: `\${${name}.domainValidationOptions[0].resourceRecordName}`,
      resourceRecordType: `\${${name}.domainValidationOptions[0].resourceRecordType}`,
      resourceRecordValue: `\${${name}.domainValidationOptions[0].resourceRecordValue}`,
    },
  ],
  'aws:eks/cluster:Cluster.certificateAuthority': (name) => ({
    data: `\${${name}.certificateAuthority.data}`,
  }),
  'aws:eks/nodeGroup:NodeGroup.resources': (name) => [
    { autoscalingGroups: [{ name: `\${${name}.resources[0].autoscalingGroups[0].name}` }] },
  ],
  'aws:eks/cluster:Cluster.identities': (name) => [
    { oidcs: [{ issuer: `\${${name}.identities[0].oidcs[0].issuer}` }] },
  ],
  'fastly:index/tlsSubscription:TlsSubscription.managedDnsChallenges': (name) => [
    {
      recordName: `\${${name}.managedDnsChallenges[0].recordName}`,
      recordType: `\${${name}.managedDnsChallenges[0].recordType}`,
      recordValue: `\${${name}.managedDnsChallenges[0].recordValue}`,
    },
  ],
}

/** @returns undefined where a plain reference stands for it */
export function structuredOutput(type: string, property: string, name: string): unknown {
  return structures[`${type}.${property}`]?.(name)
}
