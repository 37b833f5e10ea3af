#!/usr/bin/env bash
# selfheal in AWS, in one command: table, queue, key, roles, alarms and the program on ECS Fargate.
#
#   deploy/aws.sh up [Parameter=value]...   makes or updates the stack; the parameters stand in
#                                           cloudformation/selfheal.yaml. Without Image=... it builds one for
#                                           this machine's architecture and pushes it to the repository
#                                           selfheal of your registry; without Subnets=... it takes those of
#                                           the default VPC. An update keeps what is not given, but builds its
#                                           own image anew
#   deploy/aws.sh status                    the stack, its outputs, tasks, alarms and queues
#   deploy/aws.sh down [--data]             removes the stack with its subscriptions. Table, key and parameters
#                                           stay, unless --data is given: then they go, and with them all that
#                                           lies below ParametersPrefix in Parameter Store
#
#   STACK       name of the stack (default: selfheal)
#   AWS_REGION and AWS_PROFILE mean what they mean to the AWS CLI.
set -euo pipefail

stack=${STACK:-selfheal}
home=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
template=$home/cloudformation/selfheal.yaml

say() {
  printf '%s\n' "$*" >&2
}

die() {
  say "aws.sh: $*"
  exit 2
}

usage() {
  sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "${BASH_SOURCE[0]}" >&2
  exit 2
}

output() {
  aws cloudformation describe-stacks --stack-name "$stack" \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" --output text
}

# What the stack has now; nothing where there is none
parameter() {
  local value
  value=$(aws cloudformation describe-stacks --stack-name "$stack" \
    --query "Stacks[0].Parameters[?ParameterKey=='$1'].ParameterValue" --output text 2>/dev/null) || return 0
  [ "$value" = None ] || printf '%s' "$value"
}

# Builds the image and pushes it; prints its name. A caller's $(...) does not end at the first error by itself.
push_image() {
  local account region registry
  account=$(aws sts get-caller-identity --query Account --output text) || return
  region=${AWS_REGION:-$(aws configure get region)} || return
  registry=$account.dkr.ecr.$region.amazonaws.com
  aws ecr describe-repositories --repository-names selfheal >/dev/null 2>&1 \
    || aws ecr create-repository --repository-name selfheal \
      --image-scanning-configuration scanOnPush=true >/dev/null \
    || return
  say "Building the image and pushing it to $registry/selfheal ..."
  # The password goes by the environment, not by the command line.
  SELFHEAL_REGISTRY_PASSWORD=$(aws ecr get-login-password) \
    mvn -q -B -f "$home/../pom.xml" -Pimage -DskipTests package jib:build@image \
    -Dimage.name="$registry/selfheal" >&2 || return
  # By its digest: a tag that stays the same would not make the tasks start again.
  printf '%s\n' "$registry/selfheal@$(cat "$home/../target/jib-image.digest")"
}

# What the image that is built here runs on
architecture() {
  case $(uname -m) in
    x86_64 | amd64) echo X86_64 ;;
    aarch64 | arm64) echo ARM64 ;;
    *) die "ECS has no $(uname -m); name an image for Arm or x86, Image=..." ;;
  esac
}

default_subnets() {
  local subnets
  subnets=$(aws ec2 describe-subnets --filters Name=default-for-az,Values=true \
    --query 'Subnets[].SubnetId' --output text) || return
  [ -n "$subnets" ] || die "there is no default VPC here; name subnets, Subnets=subnet-...,subnet-..."
  # shellcheck disable=SC2086 # several names
  printf '%s\n' $subnets | paste -sd, -
}

up() {
  local part='' table=selfheal-issues image='' subnets='' public='' architecture='' parameter
  for parameter in "$@"; do
    case $parameter in
      Part=*) part=${parameter#*=} ;;
      IssuesTable=*) table=${parameter#*=} ;;
      Image=*) image=${parameter#*=} ;;
      Subnets=*) subnets=${parameter#*=} ;;
      PublicIp=*) public=${parameter#*=} ;;
      Architecture=*) architecture=${parameter#*=} ;;
      [A-Z]*=*) ;;
      *) die "'$parameter' is no parameter; write Name=value, as in LogGroups=/aws/lambda/shop" ;;
    esac
  done
  if [ "$part" != roles ] && ! aws cloudformation describe-stacks --stack-name "$stack" >/dev/null 2>&1 \
    && aws dynamodb describe-table --table-name "$table" >/dev/null 2>&1; then
    die "the table $table is there already, and no stack $stack that it belongs to; delete it," \
      "name another with IssuesTable=..., or keep it with Part=roles"
  fi
  # What is not given keeps its value in the stack; at the first time it gets the template's default, or ours.
  [ -n "$part" ] || part=$(parameter Part)
  if [ "${part:-all}" = all ]; then
    [ -n "$image" ] || image=$(parameter Image)
    case $image in *.amazonaws.com/selfheal@sha256:*) image='' ;; esac
    if [ -z "$image" ]; then
      local built pushed
      built=$(architecture)
      if [ -n "$architecture" ] && [ "$architecture" != "$built" ]; then
        die "an image that is built here runs on $built, not on $architecture; name another with Image=..."
      fi
      pushed=$(push_image)
      set -- "$@" "Image=$pushed"
      [ -n "$architecture" ] || set -- "$@" "Architecture=$built"
    fi
    if [ -z "$subnets" ] && [ -z "$(parameter Subnets)" ]; then
      subnets=$(default_subnets)
      set -- "$@" "Subnets=$subnets"
      # Subnets of the default VPC have no NAT gateway.
      [ -n "$public" ] || set -- "$@" PublicIp=ENABLED
    fi
  fi
  if [ $# -gt 0 ]; then
    set -- --parameter-overrides "$@"
  fi
  aws cloudformation deploy --stack-name "$stack" --template-file "$template" \
    --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND --no-fail-on-empty-changeset \
    --tags application=selfheal "$@"
  status
}

status() {
  aws cloudformation describe-stacks --stack-name "$stack" \
    --query 'Stacks[0].{status: StackStatus, outputs: Outputs[].[OutputKey, OutputValue]}' --output yaml
  local cluster services
  cluster=$(output EcsCluster)
  services=$(output EcsServices)
  case $cluster in
    '' | None) ;;
    *)
      say "Tasks:"
      # shellcheck disable=SC2086 # several names
      aws ecs describe-services --cluster "$cluster" --services $services --output text \
        --query 'services[].[serviceName, status, runningCount, desiredCount, events[0].message]'
      ;;
  esac
  say "Alarms:"
  aws cloudwatch describe-alarms --alarm-name-prefix "$stack-" \
    --query 'MetricAlarms[].[AlarmName, StateValue]' --output text
  local name queue
  for name in SelfhealWorkQueue DeadLetterQueue; do
    queue=$(output "$name")
    case $queue in
      http*)
        say "Messages in $queue:"
        aws sqs get-queue-attributes --queue-url "$queue" --attribute-names \
          ApproximateNumberOfMessages ApproximateNumberOfMessagesNotVisible \
          --query Attributes --output yaml
        ;;
    esac
  done
}

down() {
  local data='' table='' key='' prefix='' names
  case ${1:-} in
    --data) data=yes ;;
    '') ;;
    *) usage ;;
  esac
  if [ -n "$data" ]; then
    table=$(output SelfhealIssuesTable)
    key=$(output KeyArn)
    prefix=$(output SelfhealParametersPrefix)
  fi
  aws cloudformation delete-stack --stack-name "$stack"
  aws cloudformation wait stack-delete-complete --stack-name "$stack"
  say "The stack $stack is gone."
  if [ -n "$data" ]; then
    case $key in
      arn:*)
        aws dynamodb delete-table --table-name "$table" >/dev/null
        aws kms schedule-key-deletion --key-id "$key" --pending-window-in-days 7 >/dev/null
        say "So is the table $table; its key goes in seven days."
        ;;
      *) say "Its table was not made by the stack, and stays." ;;
    esac
    names=$(aws ssm get-parameters-by-path --path "$prefix" --recursive --query 'Parameters[].[Name]' --output text)
    if [ -n "$names" ]; then
      # Ten are the most that one call takes.
      printf '%s\n' "$names" | xargs -n 10 aws ssm delete-parameters --query DeletedParameters --output text --names
      say "The parameters above are deleted."
    fi
  else
    say "Its table, key and parameters stay; deploy/aws.sh down --data would have removed them."
  fi
}

[ $# -gt 0 ] || usage
command -v aws >/dev/null || die "the AWS CLI was not found; install it, version 2"
command=$1
shift
case $command in
  up) up "$@" ;;
  status) status ;;
  down) down "$@" ;;
  *) usage ;;
esac
