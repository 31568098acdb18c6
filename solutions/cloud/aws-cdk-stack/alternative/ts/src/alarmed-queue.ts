import { Duration } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'

interface AlarmedQueueProps {
  /** Of the function that works the queue off. */
  functionTimeout: Duration
  maxAge: Duration
  alarmTopicArn: string
}

/** A queue for a function, with the queue for what fails and an alarm for each way of going wrong. */
export class AlarmedQueue extends Construct {
  readonly queue: Queue

  constructor(scope: Construct, id: string, { functionTimeout, maxAge, alarmTopicArn }: AlarmedQueueProps) {
    super(scope, id)
    const secure = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true }
    const dead = new Queue(this, 'Dead', { ...secure, retentionPeriod: Duration.days(14) })
    this.queue = new Queue(this, 'Queue', {
      ...secure,
      visibilityTimeout: Duration.seconds(functionTimeout.toSeconds() * 6 + 30),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
    })
    const alarms = [
      new Alarm(this, 'DeadAlarm', {
        metric: dead.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        threshold: 0,
        evaluationPeriods: 1,
      }),
      new Alarm(this, 'AgeAlarm', {
        metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1) }),
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        threshold: maxAge.toSeconds(),
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
      }),
    ]
    const topic = Topic.fromTopicArn(this, 'Topic', alarmTopicArn)
    for (const alarm of alarms) {
      alarm.addAlarmAction(new SnsAction(topic))
      alarm.addOkAction(new SnsAction(topic))
    }
  }
}
