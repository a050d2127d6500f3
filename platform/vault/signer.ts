import * as vault from '@pulumi/vault'

/** Lets whoever has the role in AWS do what the policy says, a quarter of an hour long. */
export function declareSigner(
  name: string,
  principal: string,
  policy: string,
  provider: vault.Provider,
): void {
  new vault.Policy(name, { name, policy }, { provider })
  new vault.aws.AuthBackendRole(
    `${name}-login`,
    {
      backend: 'aws',
      role: name,
      authType: 'iam',
      boundIamPrincipalArns: [principal],
      tokenPolicies: [name],
      tokenNoDefaultPolicy: true,
      tokenMaxTtl: 15 * 60,
    },
    { provider },
  )
}
