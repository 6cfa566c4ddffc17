package parcelwise.plugin;

import java.io.IOException;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.FilteringTokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** Lets each word pass once, wherever it stands. */
final class UniqueFilter extends FilteringTokenFilter {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private final CharArraySet seen = new CharArraySet(8, false);

    UniqueFilter(TokenStream tokens) {
        super(tokens);
    }

    @Override
    protected boolean accept() {
        char[] word = new char[term.length()];
        System.arraycopy(term.buffer(), 0, word, 0, word.length);
        return seen.add(word);
    }

    @Override
    public void reset() throws IOException {
        super.reset();
        seen.clear();
    }
}
