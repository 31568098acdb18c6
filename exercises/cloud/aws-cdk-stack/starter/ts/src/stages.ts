import type { StackProps } from 'aws-cdk-lib'

/** All that differs from stage to stage. */
export interface UploadsProps extends StackProps {
  stage: string
  /** The team that is asked about these resources. */
  owner: string
  /** How long the function may work on one batch. */
  functionTimeoutSeconds: number
  /** A message that has waited for longer is worth an alarm. */
  maxAgeMinutes: number
  /** One of the numbers that CloudWatch Logs knows: 7, 14, 30, 90, 365 … */
  logRetentionDays: number
  /** Topic of SNS that wakes somebody. */
  alarmTopicArn: string
}

const env = { account: '111122223333', region: 'eu-central-1' }

export const stages: UploadsProps[] = [
  { env, stage: 'staging', owner: 'media', functionTimeoutSeconds: 20, maxAgeMinutes: 30, logRetentionDays: 14, alarmTopicArn: 'arn:aws:sns:eu-central-1:111122223333:chat' },
  { env, stage: 'production', owner: 'media', functionTimeoutSeconds: 45, maxAgeMinutes: 10, logRetentionDays: 365, alarmTopicArn: 'arn:aws:sns:eu-central-1:111122223333:on-call' },
]
