// Who answers a telephone in English, by what is said in the first seconds.
import type { AnsweringWords } from '../lexicon.js';
import { phrases, words } from '../word-lists.js';

export const answering: AnsweringWords = {
  voicemail: phrases(`
    leave a|me|us|your|an|the brief|short|detailed|quick|voice|text|full? message|messages|voicemail|name|number|details
    leave your name|number|details
    after|at|on the|this|that beep|tone|signal|bleep
    wait for the beep|tone
    record your|a message
    voice mail|mailbox|message|messaging
    voicemail|mailbox|voicemails
    answering machine
    answerphone|ansaphone
    finished|done|end recording
    get back to you
    call|ring|phone|text|buzz you|ya back
    return your call
    not|to come|get|make to|it the|your? phone
    not|unable|isn't|aren't|cannot|can't|couldn't to? available|reached to|at|right|just? take|answer|now|this|the?
    can't|cannot|couldn't|not able|unable to? come|get|make|take|answer|pick|reach to|it|your|the|up?
    is|are|am|i'm|we're|currently|still not|un available|here|in|around|near|about|able to|right|at|by|just?
    unavailable to|right|at?
    away from my|the|our phone|desk|office
    missed|miss your call
    we are|we're|are|is|office|now|currently closed
    office hours|is
    opening|business|working hours|times
    you know what to do
    cannot|can't be reached|connected|completed
    the person|customer|party|number|subscriber|caller|mobile|wireless you|customer are|have|you're|you've? calling|trying|dialed|called|dialled|reached
    to disconnect|rerecord|re-record|page
    mailbox|inbox is|has been full|not
    memory is full
    please try again|later
    try again later
    send|drop|shoot me|us a|an text|message|email
    leave us|me your|a|the
    never|don't listen|check to? these|them|my|messages
  `),
  menu: phrases(`
    press|pressing|push|hit|dial|enter|select one|two|three|four|five|six|seven|eight|nine|zero|star|pound|hash|0|1|2|3|4|5|6|7|8|9
    press|push any key
    say one|two|three|yes|billing|sales|support|agent|representative or
    for * press|say|dial
    for * * press|say|dial
    for * * * press|say|dial
    to * * press|say|dial
    para|oprima|marque|español|espanol
    listen|listening carefully|to the|our? menu|following|options?
    menu options|has|have
    main menu
    following options
    options have|has|are
    call|calls may|will|might|is|are be|being? recorded|monitored
    your call is important
    all of? our|agents|operators|representatives|advisors|lines are|agents|operators|representatives|advisors
    next available|agent|representative|operator|advisor
    in the|a|our queue|line
    please|stay|remain hold|on the line
    stay on the line
    number|caller one|two|three|four|five|six|seven|eight|nine|ten in
    your|party's|parties extension
    extension number|now|you
    in a few words|short
    tell me|us|say in|briefly|what|the|why
    medical|life emergency
    hang up and dial
    your|party's|parties|a party's|parties? extension|department
    remain|stay silent|on
    for emergencies|emergency|billing|sales|appointments|service|parts|support
    to schedule|report|make|pay|hear|reach|speak|talk|repeat|check
    outage|outages affecting|in
    account|reference|membership number followed|now|using
    how|what can|are|is i|you|the help|calling|reason you|about|with|today? today
    dial by name
    directory
    automated switchboard|system|service|line
    say the name
    or say *
    estimated|current|average wait
    thank you|you've|for holding|waiting
  `),
  screener: phrases(`
    screening|screener
    using a|google|call|apple screening|assistant
    say|state|record|tell|give|speak your|us|me? name
    who's|who is|name|reason|why and? the|for|why|you|you're|your reason|calling|call|are|for? calling|call
    see|check if|whether this|that|the|he|she|they person|they|he|she|is|are is|are|they|available? available
    person|party you're|you are? calling|called is|are using|screening|answering
    reach does not
    answering by text
    recording this call before
    does not accept
    why you're|you are? calling
    i'll|i will? see|check if|whether
    accept|connect this|the|your call
    to be|get connected
    press|dial one|any|1 key? to connect|accept|prove|continue|ring
    not|are a|you robot|human
    virtual|digital|ai|call assistant
    unwanted|nuisance|spam|scam|sales calls
    reason for the|your|this? call|calling
    protected by call|calls
    try|trying|attempt to locate|connect|find|reach you|them|him|her|the?
    ring|put you? through
    answered by text
  `),
  person: phrases(`
    who|who's|who're is|are this|calling|speaking|there|that|it|you|ringing
    may|can|could i|we ask|say|tell who|who's
    can|could|may|how i|we|you may|can|could|i|we? help|assist|direct|do for? you|your|with
    can|could|shall|will|may|let i|me take a|your message|name|number|details
    leave a message with me|us
    can|could|should|may i|we call|ring|phone you|ya back
    i'll|i|let will|me? call|ring|phone you|ya back|later
    name and date of birth
    i'm|i am the operator
    tell me who
    my name is
    who do i have
    are you|we selling|recording|still
    how are|can|may|you you|i|doing
    what's up
    hello hello
    hello|hi|yeah|yes anybody|anyone|somebody there
    are you there|still
    can you hear me
    i can't|cannot|couldn't hear you
    hold|hang|wait on|a|one|just second|sec|minute|moment|mo|tick
    one|just a? moment|second|sec|minute
    bear with me
    speaking
    this is|it's|tis me|she|he|him|her|him
    i'm|i am|we're|we are? driving|at|on|in|having|eating|a|the another|work|line|meeting|dinner|call|middle
    not|no interested|thanks
    wrong number
    do i know you
    is this|that a|another|about|the|who
    what do|can|are you want|need|selling|after
    go|fire ahead|away
    yes|yeah|yep|hello speaking|please
    mummy|mommy|daddy|mum|mom|grandma
  `),
  operator: phrases(`
    operator|representative|receptionist|reception|agent|advisor|adviser|attendant|switchboard|dispatcher|colleague
    speak|talk to|with a|an|someone|somebody|our|one|us|the|him|her
    someone|somebody|person|human
    anything|everything else
    all other
    general enquiries|inquiries
    team member
    front desk|office
    customer service|services|care
    on call
  `),
  press: words('press pressing push hit dial select enter choose'),
  keys: { star: '*', asterisk: '*', pound: '#', hash: '#', square: '#' },
};
