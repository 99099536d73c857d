"""Makes golden.json: scores of sacreBLEU 2.6.0 with its defaults. pip install sacrebleu==2.6.0."""
import json
from sacrebleu.metrics import BLEU, CHRF

CORPORA = {
    "sentences": (
        ["The cat sat on the mat.", "A dog, a bone & 3.5 kg of meat", "He said: \"yes\"!", "Five 1,000-euro notes", "it is"],
        ["The cat is sitting on the mat.", "A dog with a bone and 3.5 kg of meat.", "He said \"yes\".", "Five 1,000-euro notes.", "It is so."],
    ),
    "german": (
        ["Zwei junge Männer stehen im Hof.", "Ein kleines Mädchen klettert in ein Haus aus Holz.", "Ein Hund läuft über den Rasen"],
        ["Zwei junge Männer sind im Hof.", "Ein kleines Mädchen klettert in ein Spielhaus aus Holz.", "Ein Hund läuft über grünes Gras."],
    ),
    "nothing in common": (["abc def ghi jkl"], ["mno pqr stu vwx"]),
    "one empty hypothesis": (["", "the same words in the same order"], ["some words", "the same words in the same order"]),
    "all hypotheses empty": (["", "  "], ["some words", "more of them"]),
    "an empty reference": (["some words of four", "a b c d e"], ["", "a b c d f"]),
    "both empty": ([""], [""]),
    "too short for 4-grams": (["two words"], ["two words"]),
    "no 3-gram matches": (["a b x c d y e f z q"], ["a b p c d r e f s t"]),
    "too long": (["the the the the the the cat", "a mat and a mat and a mat"], ["the cat", "a mat"]),
    "odd unicode": (
        ["naïve caf\u00e9\u00a0au\u2009lait", "\U0001F600\U0001F601 smile \U0001F600, ok", "\u3042\u3044\u3046\u3000\u3048\u304a", "e\u0301t\u00e9 \u200b zero\u2028line\x85next", "tab\tand\x1fseparator"],
        ["naive caf\u00e9 au lait", "\U0001F600 smile \U0001F602, ok.", "\u3042\u3044 \u3046\u3048\u304a", "\u00e9t\u00e9 zero line next", "tab and separator"],
    ),
    "markup and punctuation": (
        ["&quot;Hi&quot; &lt;b&gt; &amp;amp; <skipped> x-\ny z\nw", "3.14 .5 5. 1,2,3 a.b,c 10-20 well-known", "{a}[b]`c`_d^e\\f|g~h", "don't $5 #7 @x *y* +1 =2 <3> ?", "trailing  \n"],
        ["\"Hi\" <b> & xy z w", "3.14 0.5 5. 1,2,3 a.b, c 10-20 well known", "{ a } [ b ] `c` _ d ^ e \\ f | g ~ h", "do n't $ 5 # 7 @ x *y* + 1 = 2 < 3 > ?", "trailing"],
    ),
}

out = []
for name, (hypotheses, references) in CORPORA.items():
    bleu = BLEU(force=True).corpus_score(hypotheses, [references])
    chrf = CHRF().corpus_score(hypotheses, [references])
    out.append({
        "name": name, "hypotheses": hypotheses, "references": references,
        "bleu": bleu.score, "precisions": bleu.precisions, "brevityPenalty": bleu.bp,
        "hypothesisLength": bleu.sys_len, "referenceLength": bleu.ref_len, "chrf": chrf.score,
    })
with open("golden.json", "w", encoding="utf-8") as f:
    json.dump(out, f, ensure_ascii=True, indent=1)
    f.write("\n")
