import type * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { declareRole } from '../aws/_lib/iam.ts'
import type { StackContext } from '../stack.ts'

/** Where a service writes its log. */
export interface LogTarget {
  readonly bucketName: pulumi.Output<string>
  readonly domain: string
  readonly s3IamRole: pulumi.Output<string>
  readonly serverSideEncryption: 'aws:kms'
  readonly serverSideEncryptionKmsKeyId: pulumi.Output<string>
  readonly compressionCodec: 'zstd'
  /** Seconds. */
  readonly period: number
}

/** Fastly's own account at AWS. Source: Fastly, Creating an AWS IAM role for Fastly logging. */
const fastlyAccount = '717331877981'
const folder = 'fastly'

/**
 * The core's bucket for logs, and the role by which Fastly adds to it: no key of ours lies at Fastly. The bucket keeps
 * every log as long as `platform.logs` says, and deletes it then.
 */
export function declareLogs({ fleet, output }: StackContext, provider: aws.Provider): LogTarget {
  const { homeRegion } = fleet.platform
  const bucketName = output('aws-core', `logsBucket.${homeRegion}`)
  const key = output('aws-core', `logsKey.${homeRegion}`)
  const role = declareRole(
    'log-writer',
    {
      name: 'meridian-fastly-logs',
      description: 'Fastly adds its logs to the core bucket',
      trust: {
        Principal: { AWS: `arn:aws:iam::${fastlyAccount}:root` },
        Action: 'sts:AssumeRole',
        // Else every customer of Fastly could name our role as its own (the confused deputy).
        Condition: { StringEquals: { 'sts:ExternalId': fleet.cloud.fastly.customer } },
      },
      may: [
        {
          Sid: 'AddLogs',
          Action: ['s3:PutObject', 's3:AbortMultipartUpload'],
          Resource: pulumi.interpolate`arn:aws:s3:::${bucketName}/${folder}/*`,
        },
        { Sid: 'Encrypt', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: key },
      ],
    },
    { provider },
  )
  return {
    bucketName,
    domain: `s3.${homeRegion}.amazonaws.com`,
    s3IamRole: role.arn,
    serverSideEncryption: 'aws:kms',
    serverSideEncryptionKmsKeyId: key,
    compressionCodec: 'zstd',
    period: 60,
  }
}

/** A service's log in it. */
export function logOf(service: string, target: LogTarget) {
  return {
    name: 'access',
    path: `/${folder}/${service}/`,
    timestampFormat: '%Y-%m-%dT%H:%M:%S.000',
    ...target,
  }
}
