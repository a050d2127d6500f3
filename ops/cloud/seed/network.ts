/** moto's default network in a region, with two of its subnets. EC2 is asked by hand, for it has no client here. */
export async function defaultNetwork(
  endpoint: string,
  region: string,
): Promise<{ vpc: string; subnets: string[] }> {
  const credential = `Credential=local/20260101/${region}/ec2/aws4_request`
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=0`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'Action=DescribeSubnets&Version=2016-11-15',
  })
  const answer = await response.text()
  const subnets = [...answer.matchAll(/<subnetId>([^<]+)</g)].map(([, id = '']) => id)
  return { vpc: /<vpcId>([^<]+)</.exec(answer)?.[1] ?? '', subnets: subnets.slice(0, 2) }
}
