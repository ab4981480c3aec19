// English: how a turn sounds that goes on, and how a sentence ends although its last word dangles.
import type { DanglingWords } from '../lexicon.js';
import { phrases, words } from '../word-lists.js';

export const dangling: DanglingWords = {
  never: words(
    'and or but so because the a an to for of in on at with from by my your our their than about between if when ' +
      'um uh er erm dot',
  ),
  seldom: words(
    'his her its this that these those is are was were do does did can could would will what which who where how then',
  ),
  ends: phrases(`
    yes|yeah|yep|no|nope|sure|course|think|thought|know|hope|guess|suppose|say|said|believe|sorry|afraid|if|as|than|that|whenever i|it|you|we|they|he|she|that|this|there is|are|was|were|do|does|did|can|could|would|will
    what|what's|where|who|which|when|how|why *? it|this|that|he|she|they|we|you|i|these|those|there is|are|was|were|do|does|did|can|could|would|will
    soon|much|well|far|long|many|fast as i|you|we|they|he|she|it do|does|did|can|could|will
    what|where|who|when|how much|many|old|high|long|big? my|your|the|our|his|her|their|this|that *? *? * is|are|was|were
    what|who|where|which|what's|who's|where's is|are|was|were|am|do|does|did|can|could|should|will *? it|this|that|these|those|they|he|she|you|we|i *? it|this|that|them? for|from|to|about|in|on|with|at|of|by
    what|which|whose * *? is|are|was|were|am|do|does|did|can|could|should|will *? it|this|that|these|those|they|he|she|you|we|i *? it|this|that|them? for|from|to|about|with
    what|who|where|what's|who's|where's it|this|that|he|she|these|those|all|they|we|i|you is|are|am? for|from|about|in|on|with|at|of|by|to
    what|who|where|which|what's|who's *? *? *? *? waiting|looking|talking|speaking|calling|paying|asking|thinking|listening|working|made|used|written|booked|paid|come|comes|coming|came|belong|belongs|talk|speak|talked|spoke|spoken|asked|write|going|live|based for|from|to|about|in|on|with|at|of|by
    the|a|any|some * *? i|you|we|they should|can|could|must|would|will|did|do|have|need|want|was|am|are|is *? *? talk|write|speak|call|send|pay|sent|listen|talking|writing|speaking|looking|waiting|asking|calling it|this|that|them? to|for|with|from|at|about
    the|a|an|any|some|my|this|that|those|every * *? *? i|you|we|they|he|she always|usually|normally|just|first|last|had|have|was|were|am|are|should|can|could|would|will? spoke|spoken|speak|talked|talk|listened|wrote|stayed|stay|staying|live|lived|living|work|worked|working|ate|eat|shopped|shop|went|applied|complained|looked|waited|registered|logged|signed|grew up|in? to|with|from|at|about|in|on|for
    the|a|an|any|some|my|this|that|those|every * *? *? i|you|we|they|he|she always|usually|normally|just|first|last|had|have|should|can|could|would|will? pay|paid|paying with|by
    the|a|an|any|some|my|this|that|those|every * *? *? i|you|we|they|he|she *? * it|them|this|that to|from|with|about|at|in|on|for
    the|a|an|any|some|my|this|that|those|every * *? *? i|you|we|they|he|she *? * me|you|us|him|her from|with|about
    turn|switch|put|leave|keep|turned|switched|left|have|get|try|move|bring it|this|that|these|those|them|the|my|everything|all *? *? on|in
    it|this|that|heating|light|everything is|was|it's|that's on|in
    it's|that's|he's|she's|they're on|in|off
    hold|hang|go|come|carry|move|going|moving|so|later|early|now|logged|read|right|and on
    come|came|log|sign|check|let|count|get|got|go|logged|signed|checked|move|step|drop|fill|put|send|type|bring|turn|hand me|it|us|this|that|myself? in
    stop|stand|come|drop|pass|go|get by
    don't|didn't|doesn't|won't|not|never|can't|wouldn't|haven't|no want|have|need|like|plan|got|used|able|allowed|supposed|going|wish|intend? to
    if|whenever|whatever|wherever you|i|we|they want|need|have|like|wish|wanted|needed to
    yes|yeah|sure|no|i|we i'd|i|we|would|happy|glad|love|like *? love|happy|glad|prefer to
    what|that's|used to
    think|thought|hope|believe|guess|suppose|imagine|say|said|reckon|afraid|do|not|just|or|if|even|why|more|how|quite|is|ever so
    just|only because
    anything|nothing|all but
    think|worry|thought|forget|know|sure|care|heard|ask|about|talk it|this|that|him|her? about
    i'm|i|kind|sort|aware|know|think|heard|approve|proud of
    what|how|so|same|one more|not|it for|at|of|then|to
    what|when|where|who|which|how|why|so|now|guess|know|like|for|to|at|with|from|by|about|of|since|until|till|or|and|but|say|sure|me|you|see|tell|matter what|who|where|how
    since|until|till|know|tell|say|sure|remember|me|matter|and|or|but when|which
    okay|ok|right|alright|fine|well|ahead|on|you|it|that|this|by|until|since|from|back|sure|yes|no|please|bye|good|just|even|up|tomorrow|later|go|out|morning|afternoon|evening then
    please|yes|no|to|do|did|want|like|need|cancel|send|book|take|check|see|hear|change|repeat|understand|get|buy|pay|paid|stop|try|with|for|than|from|like|not|mean|meant|before|after|by|at|just|all|make|use|love|hate|prefer|keep|read|delete|confirm|order|ordered|have|had|about|sent|bought|wrote|done|hold|move|forget|ask|open|close that|this|these|those
    what|who|where|why|how|when|which is|are|was|were|what's|who's|about this|that|these|those
    what's|who's|where's|why's|how's|that's|it's|not this|that|these|those|his|hers
    call|ask|tell|to|for|about|with|from|see|know|meet|help|pay|like|love|it's|told|asked|called|saw|than her|his
    plan|option|grade|letter|type|section|part|row|class|vitamin|team a
    if|should i|you|we|they|he|she do|does|did|can|could|would|will|are|were|was
  `),
  whole: phrases(`
    well? i|we|they|he|she|it|you|that|this do|does|did|can|could|was|were|is
    well? neither|so|nor do|does|did|can|could|would|will|is|are|was|were i|we|you|they|he|she|it
  `),
  begun: phrases(`
    and|so|well|okay|yes|but? can|could|would|will|do|does|did|is|are|may|shall|should|have|has i|you|we|they|he|she|it|there
    and|so|well|okay|yes|but? i|we|you
    and|so|well|okay|yes|but? i'm|we're|it's|i'd|i'll|i've|we've|we'd
    and|so|well|okay|yes|but? i|we just|really|only? want|wanted|need|needed|wish
    and|so|well|okay|yes|but? i|we would like
    and|so|well|okay|yes|but? i'd|we'd really? like
    and|so|well|okay|yes|but? can|could|would|will you|i|we please
    and|so|well|okay|yes|but? i|we was|were wondering|hoping|thinking
    and|so|well|okay|but|um|uh? if you|i|we|they could|can|would|will
    and|so|well|okay|but|um|uh? when|if|while|although|though my|our|your|the|his|her|their|this|these|those|someone|somebody * *? *? *?
    and|so|well|okay|but|um|uh? when|if|while|although|though|once|unless my|our|your|the|his|her|their|this|these|those|someone|somebody * *? doesn't|don't|didn't|isn't|aren't|wasn't|weren't|hasn't|haven't|hadn't|won't|can't|cannot|never|still|does|do|did|is|are|was|were|has|have isn't|hasn't|haven't|not? * by|on|until|till|before|after|at|in|within|for|from|since next|this|last|my|the|a? *
    and|so|well|okay|but|um|uh? when|if|while|although|though|once|unless it|that|they doesn't|don't|didn't|isn't|aren't|wasn't|weren't|hasn't|haven't|hadn't|won't|can't|cannot|never|still|does|do|did|is|are|was|were|has|have isn't|hasn't|haven't|not? * by|on|until|till|before|after|at|in|within|for|from|since next|this|last|my|the|a? *
    and|so|well|okay|but|um|uh? when|while|once|although|though i|we|they|he|she * *? *? *?
    and|so|well|okay|but|um|uh? if i|we|they|he|she lose|lost|have|had|want|need|send|sent|pay|paid|call|called|cancel|book|am|was|don't|didn't|move|change|close|open|transfer|order|get|got|forget|forgot|buy|bought *? *? *?
  `),
};
