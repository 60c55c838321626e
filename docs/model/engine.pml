/*
 * PermitSynchronizer, step by step: every access to a shared variable that another thread could come between is
 * one step. Retry loops that depend on the loaded value alone are one step; timeouts and "old" are free choices.
 * Sequential consistency; weights, both modes, with and without a maximum, resizing, shutdown, futures, and those
 * who wait until all permits are back. Names are those of the code.
 *
 * Asserted: never more permits held than there are, no waiter granted or counted twice, the list sound, no legal
 * release refused, nobody refused who need not be, no permit out after awaitReturned() of one that was shut down;
 * at the end every thread has ended, the word holds no flag and no promise, the queue is empty, nothing is left to
 * sweep, and the count is exact. Who waits for ever (a lost wake-up, a future never completed, a request not
 * refused, a gate not opened) is an invalid end state.
 *
 * check.sh puts the sizes and the programs in front: NT threads of at most K calls. A call is acquire (1), timed
 * acquire (2), release of what was got (4), reduce (5), tryAcquire that must succeed (9), acquireAsync (10), waiting
 * for that future in the executor (11), cancelling it (12), shutdown (13), setMax (14), awaitReturned (15).
 * RESIZE: the maximum is a variable; SHRINK: it may shrink. REJECT: the executor may refuse a task.
 *
 * Faults, all must be found. STALE leaves out the second look at the word before a grant, SHUTLATE only its look at
 * SHUTDOWN, SILENT the DIRTY bit, DOZE the look at the word before the wake token is given back, DOZEMAX the look at the
 * maximum after that, DOZED the look at whether one has been refused meanwhile, JOINED the look of one who has joined at
 * whether it can ever be met, PASSED that of an old head, GATE the gate when WAITERS is cleared; ASKED has an old head
 * WAITING while it takes its promise, LATE clears sweep after the sweep, FAILS lets tryAcquire fail without a second
 * look at the maximum, GROWN has a fair arrival look at the maximum before it is visible, CANCEL lets the owner keep the promise
 * of a future that has been cancelled, RETURNED takes a word with promises for one that has all permits back.
 */
#define NOMAX 30000
#if MAX < NOMAX
#define M0 (MAX)
#else
#define M0 0
#endif
#define WAITERS 1
#define WOKENB 2
#define OWNED 4
#define DIRTY 8
#define SHUTDOWN 16
#define PROMISE 32
#define PERMIT 65536
#define COUNT(x) ((x) >> 16)
#define PROM(x) (((x) & 65535) >> 5)
#define MOST(m) ((m) & 63)
#define FREE(x,m) (COUNT(x) + MOST(m))
#define SPARE(x,m) (COUNT(x) + MOST(m) - PROM(x))
#define ISSPARE(x,m,n) (SPARE(x,m) >= (n) && ((x) & SHUTDOWN) == 0)
#ifdef RETURNED
#define BACK(x) (COUNT(x) == 0)
#else
#define BACK(x) (COUNT(x) == 0 && PROM(x) == 0)
#endif
#define NEWS (told!=0 || called!=0 || gate!=0)
#ifdef SHUTLATE
#define OPEN(x) 1
#else
#define OPEN(x) (((x) & SHUTDOWN) == 0)
#endif
#define ASKING 0
#define WAITING 1
#define WOKEN 2
#define PROMISED 3
#define GRANTING 4
#define GRANTED 5
#define GONE 6
#define CANCELLED 7
#define REFUSED 8
#define SETTLED 9
#define NW (NT*K+1)
#define NG (2*NT+1)
int state = (INIT - M0)*PERMIT;
short max = M0; /* low 6 bits: the maximum, or 0; above: how often it has changed */
bool checked = (M0 > 0);
bool sweep;
byte status[NW]; byte nxt[NW]; byte prv[NW]; byte nlv[NW]; byte prm[NW]; byte dem[NW]; bit parked[NW]; bit listed[NW];
bit done[NW]; bit exec[NW]; byte counted[NW];
byte thr[NW]; /* 1 + the thread, or 0 for a future */
bit tok[NT];
byte head, tail, inbox, leavers, lgate, ngate;
bit shut[NG];
byte op[NT*K]; byte arg[NT*K];
int held, red; byte ended; byte least = 63; bit over;
byte granted_times[NW];

inline unlist(x) {
  assert(listed[x]);
  if :: prv[x]==0 -> assert(head==x); head=nxt[x] :: else -> assert(nxt[prv[x]]==x); nxt[prv[x]]=nxt[x] fi;
  if :: nxt[x]==0 -> assert(tail==x); tail=prv[x] :: else -> assert(prv[nxt[x]]==x); prv[nxt[x]]=prv[x] fi;
  prv[x]=0; nxt[x]=0; listed[x]=0
}
/* takes n permits by a maximum read while the word is the one it changes, or fails by a word read while the maximum is the same */
inline take(n) {
#ifdef RESIZE
  c = max;
  s2 = state;
  do
  :: m = max;
     if
     :: ISSPARE(s2,m,n) -> atomic { if :: state==s2 -> state=state-n*PERMIT; got=1 :: else -> s2=state fi }
        if :: got -> break :: else fi
#ifdef FAILS
     :: else -> break
#else
     :: else -> if :: m==c -> break :: else -> s2=state fi
#endif
     fi;
     c = m
  od;
  atomic { m = 0; c = 0; s2 = 0 }
#else
  atomic { if :: ISSPARE(state,max,n) -> state=state-n*PERMIT; got=1 :: else fi }
#endif
}
/* imp: whether n permits can never be had as things stand */
inline isImpossible(n) {
#ifdef RESIZE
  imp = (MOST(max)!=0 && n > MOST(max));
  imp = imp || (state & SHUTDOWN)!=0
#else
  imp = (MOST(max)!=0 && n > MOST(max)) || (state & SHUTDOWN)!=0
#endif
}
inline letgo() {
  atomic { if :: state==s ->
     state = (s & ~OWNED);
#ifdef GATE
     if :: h!=0 -> state = state | WAITERS
#else
     if :: h!=0 || gl -> state = state | WAITERS
#endif
        :: else -> if :: PROM(s)==0 -> state = state & ~WAITERS :: else fi fi;
     owned=0
   :: else fi };
  if :: owned && NEWS -> disown() :: else fi
}
inline disown() {
  more=1;
  atomic { state = (state & ~OWNED) | WAITERS; owned=0 }
}
inline refuse() {
  x=head;
  do
  :: x==0 -> break
  :: else ->
    isImpossible(dem[x]);
    if
    :: imp ->
       atomic { so=status[x]; if :: so<GRANTING && so!=ASKING -> status[x]=REFUSED; ok=1 :: else -> ok=0 fi };
       if
       :: ok && so==PROMISED -> state = state - prm[x]*PROMISE
       :: ok && so==WOKEN -> atomic { assert((state&WOKENB)!=0); state = state - WOKENB }
       :: else
       fi;
       atomic { y=nxt[x]; if :: ok -> unlist(x); counted[x]++; nxt[x]=told; told=x :: else fi; x=y; y=0 }
    :: else -> x=nxt[x]
    fi
  od;
  atomic { so=0; imp=0 }
}
inline serve() {
  more=1;
  do
  :: !more -> break
  :: more ->
    atomic { if :: (state & OWNED)==0 -> state=state|OWNED; ok=1
#ifdef SILENT
      :: else -> ok=0
#else
      :: else -> state=state|DIRTY; ok=0
#endif
      fi };
    if :: !ok -> break :: else fi;
    atomic { more=0; owned=1; told=0; last=0; called=0; gate=0; count=0; }
    do
    :: !owned -> break
    :: owned ->
      s = state;
      sw = sweep;
      if
      :: ((s & DIRTY)!=0 || sw) && NEWS -> disown()
      :: (s & DIRTY)!=0 && !NEWS -> atomic { assert((state&DIRTY)!=0); state = state - DIRTY }
      :: (s & DIRTY)==0 && !(sw && NEWS) ->
#ifndef LATE
        if :: sw -> sweep=0 :: else fi;
#endif
        atomic { l = leavers; leavers = 0 }
        atomic {
          if :: inbox!=0 ->
            x=inbox; inbox=0; y=x; b=0;
            do :: x==0 -> break :: x!=0 -> z=nxt[x]; assert(!listed[x]); listed[x]=1; nxt[x]=b; prv[x]=z; b=x; x=z od;
            prv[b]=tail;
            if :: tail==0 -> head=b :: else -> nxt[tail]=b fi;
            tail=y
          :: else fi;
          do :: l==0 -> break :: l!=0 -> z=nlv[l]; nlv[l]=0; counted[l]++; if :: listed[l] -> unlist(l) :: else fi; l=z od;
          x=0;y=0;z=0;b=0
        }
#if defined(SHUTS) || defined(RESIZE)
        if :: sw -> refuse() :: else fi;
#endif
#ifdef LATE
        if :: sw -> sweep=0 :: else fi;
#endif
        if
        :: sw && told!=0 -> disown()
        :: else ->
        atomic { h=head; m=max }
        gl = (lgate!=0);
        if :: h==0 -> stt=GONE :: else -> stt=status[h] fi;
        if
        :: gl && BACK(s) && MOST(m)!=0 && gate==0 -> atomic { gate=lgate; lgate=0 }
        :: else ->
        if
        :: h!=0 && stt>=GONE -> atomic { unlist(h) }
        :: h!=0 && stt==WAITING && thr[h]==0 ->
           atomic { prm[h]=dem[h]; state = (state + dem[h]*PROMISE) | WAITERS }
           atomic { if :: status[h]==WAITING -> status[h]=PROMISED; ok=1 :: else -> ok=0 fi };
#ifndef CANCEL
           if :: !ok -> state = state - prm[h]*PROMISE :: else fi
#endif
        :: h!=0 && stt==PROMISED && FREE(s,m)>=dem[h] && (s & SHUTDOWN)==0 ->
           if
           :: count<BATCH ->
             /* grant */
#ifdef STALE
             ok=1;
#else
#ifdef RESIZE
             s2 = state;
             atomic { ok = (FREE(s2,max) >= dem[h] && OPEN(s2)); s2=0 }
#else
             ok = (FREE(state,max) >= dem[h] && OPEN(state));
#endif
#endif
             if :: ok -> atomic { if :: status[h]==PROMISED -> status[h]=GRANTING :: else -> ok=0 fi } :: else fi;
             if :: ok ->
                state = state - (dem[h]*PERMIT + prm[h]*PROMISE);
                atomic { unlist(h); if :: last==0 -> told=h :: else -> nxt[last]=h fi; last=h; count++; counted[h]++;
                  granted_times[h]++; assert(granted_times[h]==1) }
                status[h]=GRANTED
             :: else fi
           :: else -> more=1; letgo()
           fi
        :: h!=0 && stt==WAITING && thr[h]!=0 && (s&WOKENB)==0 /* spare, or old by choice */ ->
           assert(!FAIR);
           atomic { if :: state==s -> state = s|WOKENB; ok=1 :: else -> ok=0 fi };
           if :: ok ->
             atomic { if :: status[h]==WAITING -> status[h]=WOKEN; called=h :: else -> ok=0 fi };
             if :: !ok -> atomic { assert((state&WOKENB)!=0); state = state-WOKENB } :: else fi
           :: else fi
        :: !(h!=0 && stt>=GONE) && !(h!=0 && stt==WAITING && thr[h]==0) &&
           !(h!=0 && stt==PROMISED && FREE(s,m)>=dem[h] && (s & SHUTDOWN)==0) &&
           !(h!=0 && stt==WAITING && (s&WOKENB)==0 && ISSPARE(s,m,dem[h])) -> letgo()
        fi
        fi
        fi
      fi
    od;
    /* wake the granted, the refused and the called, open the gate */
    atomic { x=told };
    do
    :: x==0 -> break
    :: x!=0 -> if :: thr[x]!=0 -> if :: parked[x] -> tok[thr[x]-1]=1 :: else fi :: else fi; x=nxt[x]
    od;
    if :: called!=0 -> if :: parked[called] -> tok[thr[called]-1]=1 :: else fi :: else fi;
    do
    :: told==0 -> break
    :: told!=0 -> atomic { x=told; told=nxt[x]; nxt[x]=0 }
       if :: thr[x]==0 -> wakeFuture(); more=1 :: else fi
    od;
    if :: gate!=0 -> shut[gate]=1 :: else fi
  od;
  atomic { called=0; last=0; h=0; s=0; x=0; count=0; stt=0; more=0; ok=0; gate=0; gl=0; m=0; sw=0 }
}
/* PermitRequest.wake, and the false of it */
inline wakeFuture() {
  stt = status[x];
  ok = 0;
  if
  :: stt==GRANTED && done[x] -> ok=1
#ifdef REJECT
  :: true -> if :: stt!=GRANTED -> done[x]=1; exec[x]=1 :: else -> ok=1 fi
#endif
  :: !(stt==GRANTED && done[x]) -> exec[x]=1
  fi;
  if
  :: ok ->
     atomic { if :: status[x]==GRANTED -> status[x]=SETTLED :: else -> ok=0 fi };
     if :: ok -> done[x]=1; atomic { assert(COUNT(state) + dem[x] <= 0 || M0==0); state = state + dem[x]*PERMIT } :: else fi
  :: else
  fi
}
/* what follows sets sv where the code serves; that is done in one place, after the step */
inline leave(how) { /* lok */
  atomic { if :: status[w]>=GRANTING -> lok=0 :: else -> so=status[w]; status[w]=how; lok=1 fi };
  if :: lok ->
    if :: so==PROMISED -> state = state - prm[w]*PROMISE
       :: so==WOKEN -> atomic { assert((state&WOKENB)!=0); state = state - WOKENB }
       :: else fi;
    atomic { so=0; nlv[w]=leavers; leavers=w; sv=1 }
  :: else fi
}
inline promise(drop) {
  atomic { prm[w]=dem[w]; state = ((state + dem[w]*PROMISE) & ~(drop)) | WAITERS }
  status[w]=PROMISED
}
inline join() {
  if :: FAIR -> promise(0) :: else fi;
#ifdef GROWN
  m = max;
#endif
  atomic { nxt[w]=inbox; inbox=w }
#ifdef JOINED
  imp=0;
#else
  isImpossible(dem[w]);
#endif
  if :: imp -> sweep=1; sv=1
     :: else ->
        if :: !FAIR -> sv=1
           :: else ->
#ifdef GROWN
              sv = (FREE(state,m) > 0); m=0
#else
#ifdef RESIZE
              c = COUNT(state);
              atomic { sv = (c + MOST(max) > 0); c=0 }
#else
              sv = (FREE(state,max) > 0)
#endif
#endif
        fi
  fi;
  imp=0
}
inline release(n) {
  atomic {
    s2=state;
    assert(!checked || M0==0 || COUNT(s2)+n <= 0);
    state=state+n*PERMIT;
    sv = ((s2&(WAITERS|WOKENB))==WAITERS); s2=0
  }
}
/* who has been refused must have deserved it */
inline excuse(n) { assert((state & SHUTDOWN)!=0 || n > least) }
inline hold(n) {
  atomic { held=held+n; assert(!over);
#ifndef SHRINK
    assert(held + red <= INIT - M0 + MOST(max) || red>0)
#endif
  }
}
#define EXIT 1
#define LEFT 2
proctype T(byte id) {
  int s, s2; short m, c; byte h,stt,told,last,called,count,l,x,y,z,b,w,fw,so,pc,o,n,gate,then; bit more,ok,owned,lok,comp,may,got,timed,imp,sw,gl,quiet,sv,again;
  do
  :: pc==K -> break
  :: pc<K ->
    if :: !again -> atomic { o=op[id*K+pc]; n=arg[id*K+pc] } :: else fi;
    if
    :: o==0 -> skip
    :: (o==1 || o==2 || o==9) && !again -> /* the fast path; zero if that was not enough: await */
      atomic { timed=(o==2); got=0; w=0; may=1 }
      if
#if MAX >= NOMAX
      :: n==1 && o==1 && !checked ->
            atomic { s2=state; state=state-PERMIT }
            if
            :: COUNT(s2)>=1 && PROM(s2)==0 && (s2&SHUTDOWN)==0 -> got=1
            :: else ->
              atomic { if :: ISSPARE(state,0,0) -> got=1 :: else -> s2=state; state=state+PERMIT; sv=(COUNT(s2)>=0 && (s2&(WAITERS|WOKENB))==WAITERS) fi }
            fi;
            s2=0
      :: else -> take(n)
#else
      :: true -> take(n)
#endif
      fi;
      if
      :: o==9 -> assert(got)
      :: o!=9 && got -> hold(n)
      :: o!=9 && !got -> atomic { again=1; then=EXIT+2 }
      fi
#ifdef ACQUIRES
    :: o<=2 && again && then==EXIT+2 -> /* acquire */
      isImpossible(n);
      if :: imp -> excuse(n); atomic { imp=0; again=0; then=0 } :: else -> then=0 fi
    :: o<=2 && again && then==0 -> /* one turn of await */
      if :: w==0 -> comp=!FAIR :: else -> comp=(status[w]==WOKEN) fi;
      if
      :: w!=0 && status[w]==GRANTED -> got=1; then=EXIT
      :: else ->
        if :: comp -> take(n) :: else fi;
        if
        :: got -> then=EXIT; if :: w!=0 -> leave(GONE); assert(lok || status[w]==REFUSED) :: else fi
        :: else ->
          lok=0;
          if :: w!=0 -> lok=(status[w]==REFUSED) :: else fi;
          if
          :: lok -> excuse(n); then=EXIT
          :: !lok && timed && may -> /* timed out or interrupted */
             if :: w==0 -> then=EXIT
                :: else -> leave(GONE); if :: lok -> then=EXIT :: else -> may=0 fi
             fi
          :: !lok && w==0 ->
             atomic { w=id*K+pc+1; thr[w]=id+1; dem[w]=n; status[w]=WAITING }
             join()
#if FAIR == 0
          :: !lok && w!=0 && comp ->   /* old */
             atomic { if :: status[w]==WOKEN -> ok=1;
#ifdef ASKED
               status[w]=WAITING
#else
               status[w]=ASKING
#endif
               :: else -> ok=0 fi };
             if
             :: ok ->
               promise(WOKENB);
#ifndef PASSED
               isImpossible(n);
               if :: imp -> sweep=1; imp=0 :: else fi;
#endif
               atomic { sv=1; ok=0 }
             :: else
             fi
#endif
          :: !lok && w!=0 ->
             ok=1;
#if FAIR == 0
             if :: comp -> /* doze */
                atomic { if :: status[w]==WOKEN -> status[w]=WAITING :: else -> comp=0 fi };
                do
                :: !comp -> break
                :: comp ->
                   m = max;
                   s2 = state;
#ifdef DOZE
                   ok = 0;
#else
                   ok = ISSPARE(s2,m,dem[w]);
#endif
                   if
                   :: ok ->
                      atomic { if :: status[w]==WAITING -> status[w]=WOKEN; ok=0; comp=0 :: else fi }
                   :: else
                   fi;
                   if
                   :: comp ->
                      atomic { if :: state==s2 -> assert((state&WOKENB)!=0); state=state & ~WOKENB; comp=0; sv=ok; ok=1 :: else fi };
                      if
                      :: !comp ->
#if defined(RESIZE) && !defined(DOZEMAX)
                         if :: max!=m -> sv=1 :: else fi;
#endif
#ifndef DOZED
                         if :: status[w]==REFUSED -> sv=1 :: else fi
#else
                         skip
#endif
                      :: else
                      fi
                   :: else
                   fi
                od;
                atomic { s2=0; m=0; if :: ok && sv -> ok=0; then=LEFT :: else fi }
             :: else fi;
#endif
             if :: ok -> then=LEFT+2 :: else fi
          fi
        fi
      fi
    :: o<=2 && again && then==LEFT+2 -> /* park */
      parked[w]=1;
      stt=status[w];
      if :: stt!=WOKEN && stt<GRANTED ->
         if :: atomic { tok[id] -> tok[id]=0 }
            :: timed && may -> skip
         fi
      :: else fi;
      atomic { parked[w]=0; stt=0; then=0 }
#endif
    :: o==4 ->
      if
      :: !got -> skip
      :: else -> held=held-n; release(n)
      fi;
      got=0
#ifdef REDUCES
    :: o==5 ->
      checked=1;
      atomic { state=state-n*PERMIT; red=red+n }
#endif
#ifdef FUTURES
    :: o==10 ->
      atomic { got=0; fw=0 }
      take(n);
      if
      :: got -> hold(n)
      :: else ->
         atomic { w=id*K+pc+1; fw=w; thr[w]=0; dem[w]=n; status[w]=WAITING }
         join();
         w=0
      fi
    :: o==11 -> /* in the executor */
      if
      :: fw==0 || status[fw]==GONE -> skip /* it had its permits at once, or was cancelled */
      :: else ->
         (exec[fw] || status[fw]==SETTLED);
         if
         :: exec[fw] ->
           /* run */
           ok = (status[fw]==REFUSED);
           if :: ok -> excuse(dem[fw]); ok=0
              :: else -> atomic { if :: status[fw]==GRANTED -> status[fw]=SETTLED; ok=1 :: else -> ok=0 fi }
           fi;
           if
           :: ok ->
              atomic { if :: !done[fw] -> done[fw]=1; got=1 :: else fi };
              n=dem[fw];
              if :: got -> hold(n) :: else -> release(n) fi
           :: else
           fi
         :: else -> skip
         fi
      fi;
      atomic { fw=0; ok=0 }
    :: o==12 ->
      if :: fw==0 -> skip
         :: else -> w=fw; leave(GONE); w=0
      fi
#endif
#ifdef SHUTS
    :: o==13 ->
      state = state | SHUTDOWN;
      sweep=1;
      atomic { sv=1; quiet=1 }
#endif
#ifdef RESIZE
    :: o==14 ->
      atomic { ok = (n < MOST(max)); max = (max/64 + 1)*64 + n; if :: n<least -> least=n :: else fi };
      if :: ok -> sweep=1 :: else fi;
      atomic { sv=1; ok=0 }
#endif
#ifdef GATES
    :: o==15 && fw==0 ->
      s2=state;
      again=1;
      if :: BACK(s2) -> atomic { again=0; over=quiet }
         :: else ->
            gate=lgate;
            if :: gate==0 -> atomic { if :: lgate==0 -> ngate++; lgate=ngate :: else fi }
               :: else -> atomic { fw=gate; gate=0; sv=1 }
            fi
      fi;
      s2=0
    :: o==15 && fw!=0 -> shut[fw]==1; fw=0
#endif
    fi;
    if :: sv -> sv=0; serve() :: else fi;
#ifdef ACQUIRES
    if
    :: again && then==LEFT -> then=LEFT+2
    :: again && then==EXIT ->
       atomic { again=0; then=0; w=0; lok=0; comp=0; may=0; timed=0; imp=0 }
       if :: got -> hold(n) :: else fi
    :: else
    fi;
#endif
#ifdef FUTURES
    if :: o==12 && fw!=0 -> atomic { done[fw]=1; lok=0 } :: else fi;
#endif
    if :: !again -> pc++; o=0; n=0 :: else fi
  od;
  atomic { ended++; if :: ended==NT ->
     assert((state & (OWNED|DIRTY|WOKENB))==0); assert(PROM(state)==0); assert(!sweep);
     assert(head==0 && tail==0 && inbox==0 && leavers==0);
     assert(COUNT(state)==INIT-M0-red-held);
     assert(FREE(state,max)>=0 || checked);
     for (x : 1 .. NT*K) { assert(counted[x]<=1); assert(counted[x]==1 || status[x]==0) }
     x=0
   :: else fi }
}
init { atomic { if :: M0>0 -> least=M0 :: else fi; PROG; RUNS } }
