import { Construct } from 'constructs'
import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { aggregator } from './aggregator.ts'
import { elasticsearch } from './elasticsearch.ts'
import { kibana } from './kibana.ts'
import { passwords } from './passwords.ts'

/** Logs of all sites, searchable for as long as they are kept: Vector takes them, Elasticsearch holds them, Kibana shows them. */
export default defineApp({
  name: 'logs',
  namespace: 'logs',
  layer: 'workloads',
  props: z.strictObject({
    images: z.strictObject({
      elasticsearch: z.string(),
      kibana: z.string(),
      exporter: z.string(),
      vector: z.string(),
      proxy: z.string(),
    }),
    retentionDays: z.int().positive(),
    /** Of each of the three nodes. */
    volumeGiB: z.int().positive(),
    region: z.string(),
    /** The IAM role that may write snapshots. */
    snapshotRole: z.string(),
    aws: z.array(z.cidrv4()),
  }),
  place: ({ edge }, release, { homeRegion, awsAccount, logRetentionDays, egress }) =>
    edge
      ? undefined
      : {
          images: {
            elasticsearch: release.image('elasticsearch'),
            kibana: release.image('kibana'),
            exporter: release.image('exporter'),
            vector: release.image('vector'),
            proxy: release.image('proxy'),
          },
          retentionDays: logRetentionDays,
          // Assumed of the 100 GB a day that the budget plans (clusters/budget.yaml): a quarter of it on disk. 30 days in
          // two copies and the rest of the year in one are 9.9 TB; three volumes hold 13.2, of which a fifth stays free.
          volumeGiB: 4096,
          region: homeRegion,
          snapshotRole: `arn:aws:iam::${awsAccount}:role/meridian-elasticsearch`,
          aws: [...egress.aws],
        },
  variant: () => 'central',
  chart(chart, props) {
    passwords(chart)
    elasticsearch(new Construct(chart, 'elasticsearch'), props)
    aggregator(new Construct(chart, 'log-aggregator'), props)
    kibana(new Construct(chart, 'kibana'), props)
  },
})
