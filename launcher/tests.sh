# Part of ./stlm: the tests.
# shellcheck shell=sh disable=SC2154 # root and run_maven are those of ./stlm

# whether there is a browser for the tests of the page
has_browser() {
  [ -z "${STLM_CHROMIUM:-}" ] || return 0
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    ! command -v "$name" >/dev/null || return 0
  done
  return 1
}

run_tests() {
  tags=slow,native
  native=false
  while :; do
    case ${1:-} in
    --all) tags=native ;;
    --native) native=true ;;
    *) break ;;
    esac
    shift
  done
  case ",$tags," in
  *,slow,*) ;;
  *)
    # the page is tested in a real browser where there is one
    if ! has_browser; then
      tags=$tags,browser
      echo "stlm: no Chromium here (PATH, STLM_CHROMIUM): the page is not tested in a browser" >&2
    fi
    ;;
  esac
  rm -rf "$root"/*/target/surefire-reports
  code=0
  run_maven verify "-Dstlm.excluded.tags=$tags" "$@" || code=$?
  if [ $native = true ]; then
    run_native_tests || code=1
  fi
  # the tests that ran, from the reports themselves
  find "$root" -path '*/target/surefire-reports/TEST-*.xml' -exec cat {} + 2>/dev/null | awk -v code=$code '
    /<testsuite / {
      for (i = 1; i <= 4; i++) { split("tests errors failures skipped", k, " ")
        if (match($0, " " k[i] "=\"[0-9]+\"")) { s = substr($0, RSTART, RLENGTH); gsub(/[^0-9]/, "", s); n[k[i]] += s } } }
    END {
      bad = n["errors"] + n["failures"]
      if (code != 0 && bad == 0) print "stlm: the build failed outside the tests, see above"
      printf "%d passed, %d failed\n", n["tests"] - bad - n["skipped"], bad }'
  exit $code
}
