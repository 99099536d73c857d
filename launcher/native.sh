# Part of ./stlm: the server as one executable.
# shellcheck shell=sh disable=SC2154 # root, fail and run_maven are those of ./stlm

# Sets "builder" to a GraalVM with native-image, made where that can be done, or to nothing.
find_builder() {
  builder=
  if [ -n "${GRAALVM_HOME:-}" ]; then
    [ -x "$GRAALVM_HOME/bin/native-image" ] ||
      fail "GRAALVM_HOME=$GRAALVM_HOME has no bin/native-image; point it at a GraalVM 25 or unset it"
    builder=$GRAALVM_HOME
    return
  fi
  image=$(command -v native-image || true)
  if [ -n "$image" ]; then
    builder=$(dirname "$(dirname "$(readlink -f "$image")")")
    return
  fi
  assemble=$root/../shared/native-builder/assemble.sh
  [ -f "$assemble" ] || return 0
  builder=$root/target/graalvm
  if [ ! -x "$builder/bin/native-image" ]; then
    mkdir -p "$root/target"
    echo "stlm: making a native-image builder (a minute; log: target/graalvm.log)" >&2
    NB_NO_TEST=1 sh -c 'exec bash "$1" "$2"' - "$assemble" "$builder" >"$root/target/graalvm.log" 2>&1 ||
      fail "the builder could not be made; see target/graalvm.log, or set GRAALVM_HOME to a GraalVM 25"
  fi
}

native_usage() {
  echo "Usage: stlm native [--embed DIR] [--output FILE] [--march CPU] [--container]
       stlm native --jvm DIR
Build the server as one executable, target/stlm-serve, that needs no Java; some minutes and 3 GB of memory.

      --embed DIR     Put the model of a checkpoint directory inside: served without arguments.
      --output FILE   Where the executable goes; default: target/stlm-serve.
      --march CPU     x86-64-v3 (default): processors since 2013; native: this one;
                      compatibility: any, but slow.
      --container     Build in a container (Docker or Podman) instead of with a GraalVM of this machine.
      --jvm DIR       Build nothing: record a start of the server on the JVM with the model of DIR, in
                      target/serve.aot, from which ./stlm serve starts faster.

The builder is the GraalVM of GRAALVM_HOME, or that of the native-image on the PATH."
}

# Builds target/native/stlm-serve, if it is not of the sources as they are.
build_native() {
  march=$1
  container=$2
  if [ "$container" = false ]; then
    find_builder
    [ -n "$builder" ] || fail "no native-image found; install GraalVM 25 (https://www.graalvm.org) and set GRAALVM_HOME, or use --container"
    how=$builder
    set -- "-Dquarkus.native.graalvm-home=$builder"
  else
    how=container
    set -- -Dquarkus.native.container-build=true
  fi
  case $march in
  native) set -- "$@" -Dquarkus.native.march=native -Dquarkus.native.additional-build-args-append=-J-XX:UseAVX=3 ;;
  compatibility) set -- "$@" -Dquarkus.native.march=compatibility -Dquarkus.native.additional-build-args-append=-J-XX:UseAVX=0 ;;
  esac
  stamp=$root/target/native/stamp
  if [ -x "$root/target/native/stlm-serve" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$march $how" ] &&
    [ -z "$(find "$root/pom.xml" "$root"/[tcms]*/pom.xml "$root"/tokenizer/src/main "$root"/cli/src/main "$root"/model/src/main "$root"/serving/src/main -newer "$stamp" 2>/dev/null | head -n 1)" ]; then
    return
  fi
  mkdir -p "$root/target/native"
  log=$root/target/native/build.log
  echo "stlm: building the executable (some minutes; log: target/native/build.log)" >&2
  rm -f "$stamp"
  echo "$march $how" >"$stamp.new"
  if ! run_maven -DskipTests -pl serving -am package -Dquarkus.native.enabled=true \
    -Dquarkus.package.jar.enabled=false "$@" >"$log" 2>&1; then
    grep -m 20 -E '^(\[ERROR\]|Error:|Fatal error)' "$log" >&2 || tail -n 20 "$log" >&2
    fail "the native build failed; the whole log is in target/native/build.log"
  fi
  mv "$root"/serving/target/stlm-serving-*-runner "$root/target/native/stlm-serve"
  mv "$stamp.new" "$stamp"
}

# Serves directory $1 once while the JVM records what it loads, for later starts.
record_start() {
  [ -d "$1" ] || fail "native: $1: no such directory; give a checkpoint directory"
  build_if_stale
  cache=$root/target/serve.aot
  log=$root/target/serve-aot.log
  rm -f "$cache"
  # shellcheck disable=SC2086
  "$JAVA_HOME/bin/java" $flags "-XX:AOTCacheOutput=$cache" ${STLM_JAVA_OPTS:-} \
    -jar "$root/serving/target/quarkus-app/quarkus-run.jar" "$1" --port 0 >"$log" 2>&1 &
  server=$!
  until grep -q '^Try: ' "$log"; do
    kill -0 $server 2>/dev/null || fail "native: the server did not start: $(grep -m 1 '^stlm: ' "$log" || echo 'see target/serve-aot.log')"
    sleep 0.2
  done
  url=$(sed -n 's/^Serving .* at //p' "$log")
  curl -s -o "$root/target/serve-aot.answer" "$url/v1/completions" -H 'Content-Type: application/json' \
    -d '{"prompt": "Once", "max_tokens": 16, "stream": true}' || true
  kill $server
  wait $server || true
  [ -f "$cache" ] || fail "native: the JVM wrote no cache; see target/serve-aot.log"
  echo "$cache: ./stlm serve starts from it"
}

run_native() {
  embed=
  output=$root/target/stlm-serve
  march=x86-64-v3
  container=false
  recorded=
  while [ $# -gt 0 ]; do
    case $1 in
    --embed=* | --output=* | --march=* | --jvm=*)
      rest=${1#*=}
      option=${1%%=*}
      shift
      set -- "$option" "$rest" "$@"
      continue
      ;;
    --embed | --output | --march | --jvm)
      [ $# -gt 1 ] && [ -n "$2" ] || fail "native: $1 needs a value"
      case $1 in --embed) embed=$2 ;; --output) output=$2 ;; --jvm) recorded=$2 ;; *) march=$2 ;; esac
      shift
      ;;
    --container) container=true ;;
    -h | --help)
      native_usage
      exit 0
      ;;
    *) fail "native: unknown argument '$1'; ./stlm native --help lists them" ;;
    esac
    shift
  done
  case $march in
  x86-64-v3 | native | compatibility) ;;
  *) fail "native: --march $march is not one of x86-64-v3, native, compatibility" ;;
  esac
  [ -z "$embed" ] || [ -d "$embed" ] || fail "native: $embed: no such directory; give a checkpoint directory"
  if [ -n "$recorded" ]; then
    record_start "$recorded"
    return
  fi
  build_native "$march" $container
  if [ -n "$embed" ]; then
    exec "$root/target/native/stlm-serve" --embed "$embed" --output "$output"
  fi
  mkdir -p "$(dirname "$output")" && cp "$root/target/native/stlm-serve" "$output.new" && mv "$output.new" "$output" ||
    fail "native: $output can not be written; choose another with --output"
  echo "$output: run it with the directory of a checkpoint, or put a model inside with --embed DIR --output FILE"
}

# The native tests, where there is a builder: adds their reports to the others.
run_native_tests() {
  (find_builder && [ -n "$builder" ]) || {
    echo "stlm: no native-image here (GRAALVM_HOME, PATH): the native executable is neither built nor tested"
    return 0
  }
  (build_native x86-64-v3 false) || return 1
  run_maven -pl serving -am package -Dgroups=native -Dstlm.excluded.tags= -Dsurefire.failIfNoSpecifiedTests=false \
    "-Dstlm.native.executable=$root/target/native/stlm-serve"
}
