#!/usr/bin/env bash
# Ends quietly when a Java that Spark 4.2 and Kafka 4.3 both run on is there; on Debian as root it installs one.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

java_major() {
  local java=java
  [[ -n ${JAVA_HOME:-} ]] && java=$JAVA_HOME/bin/java
  "$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p'
}

major=$(java_major || true)
if [[ -z $major ]] && can_apt; then
  apt_install openjdk-17-jre-headless || apt_install openjdk-21-jre-headless
  major=$(java_major || true)
fi
case $major in
17 | 21) ;;
'') die "There is no Java." "Get Java 17 or 21: 'apt-get install openjdk-17-jre-headless' on Debian 12, then run this again." ;;
*) die "The Java found is version $major; Spark 4.2 runs on 17 and 21." "Install one of them and point JAVA_HOME at it." ;;
esac
