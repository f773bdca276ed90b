# Sourced by stack.sh: the stack's passwords and keys, made on its first start.
# shellcheck shell=bash

# random_text BYTES: in the alphabet that URLs and Fernet take.
random_text() { head -c "$1" /dev/urandom | base64 -w 0 | tr '+/' '-_'; }

# secret FOLDER NAME TEXT: a file of its own, never a part of one. Containers read it as a user that the host does not
# know, so everybody may read it; the folder keeps the others out.
secret() {
  [[ -s $1/$2 ]] && return
  printf %s "$3" >"$1/.$2.new" # no line end: Airflow would take it for part of the secret
  chmod 0444 "$1/.$2.new"
  mv "$1/.$2.new" "$1/$2"
}

# Who logs in to the brokers and to the store: the users of src/python/stack_access, and the two that keep Kafka going.
kafka_users=(broker admin init airflow console operator connect registry)
s3_users=(init airflow console publish bundles operator connect)

# make_secrets FOLDER: whatever is missing there.
make_secrets() {
  local user
  mkdir -p "$1"
  chmod 0700 "$1"
  secret "$1" minio_root_user waybill
  secret "$1" minio_root_password "$(random_text 24)"
  # As WAYBILL_KAFKA__SECRETS_FILE takes it.
  for user in "${kafka_users[@]}"; do secret "$1" "kafka_$user.json" "{\"sasl.password\": \"$(random_text 24)\"}"; done
  for user in "${s3_users[@]}"; do secret "$1" "s3_$user" "$(random_text 24)"; done
  secret "$1" connect_users "operator=$(random_text 24)"
  secret "$1" spark_secret "$(random_text 48)"
  secret "$1" console_token "$(random_text 24)"
  secret "$1" pseudonym_key "$(random_text 48)"
  secret "$1" airflow_db_password "$(random_text 24)"
  secret "$1" airflow_db_connection "postgresql+psycopg2://airflow:$(<"$1/airflow_db_password")@airflow-db:5432/airflow"
  secret "$1" airflow_fernet_key "$(random_text 32)"
  secret "$1" airflow_jwt_secret "$(random_text 48)"
  secret "$1" airflow_secret_key "$(random_text 48)"
  # Earlier releases gave Airflow the root's key.
  ! grep -qsFf "$1/minio_root_password" "$1/airflow_connections.json" || rm -f -- "$1/airflow_connections.json"
  secret "$1" airflow_connections.json \
    "{\"waybill_bundles\": {\"conn_type\": \"generic\", \"login\": \"bundles\", \"password\": \"$(<"$1/s3_bundles")\"},
 \"waybill_spark\": {\"conn_type\": \"spark\", \"host\": \"spark://spark-master\", \"port\": 7077}}"
  secret "$1" airflow_passwords "{\"admin\": \"$(random_text 18)\"}"
}

# drop_secrets FOLDER: what is ours in it, and the folder if nothing is left.
drop_secrets() {
  [[ -d $1 ]] || return 0
  local user
  for user in "${kafka_users[@]}"; do rm -f -- "$1/kafka_$user.json"; done
  for user in "${s3_users[@]}"; do rm -f -- "$1/s3_$user"; done
  rm -f -- "$1"/{minio_root_{user,password},connect_users,spark_secret,console_token,pseudonym_key,airflow_{connections.json,db_{password,connection},fernet_key,jwt_secret,secret_key,passwords}}
  rmdir --ignore-fail-on-non-empty -- "$1"
}

# inner_password FOLDER NAME: out of a file that holds more than the password.
inner_password() { sed 's/.*[:=] *"\{0,1\}\([^"]*\).*/\1/' "$1/$2"; }

# show_logins FOLDER
show_logins() {
  say "new passwords; they stay in $1, and are shown this once:"
  printf '  %-8s user %-8s password %s\n' \
    Airflow admin "$(inner_password "$1" airflow_passwords)" \
    Kafka operator "$(inner_password "$1" kafka_operator.json)" \
    MinIO operator "$(<"$1/s3_operator")" \
    Connect operator "$(inner_password "$1" connect_users)" >&2
  printf '  %-8s %-13s token    %s\n' Console "http://127.0.0.1:${WAYBILL_PORT_KAFKA_UI:-8888}" "$(<"$1/console_token")" >&2
}
