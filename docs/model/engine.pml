/*
 * PermitSynchronizer, step by step: every access to a shared variable that another thread could come between is
 * one step. Retry loops that depend on the loaded value alone are one step; timeouts and "old" are free choices.
 * Sequential consistency; weights, both modes, with and without a maximum. Names are those of the code.
 *
 * Asserted: never more permits held than there are, no waiter granted twice, the list sound, no legal release
 * refused; at the end every thread has ended, the word holds no flag and no promise, the queue is empty, and the
 * count is exact. A thread that waits for ever (a lost wake-up) is an invalid end state.
 *
 * check.sh puts the sizes and the programs in front: NT threads of at most K calls. A call is acquire (1), timed
 * acquire (2), tryAcquire that must succeed (9), release of what was got (4), reduce (5).
 * STALE leaves out the second look at the word before a grant, SILENT the DIRTY bit, DOZE the look at the
 * word before the wake token is given back, ASKING has an old head WAITING while it takes its promise: all must be
 * found.
 */
#define NOMAX 30000
#define WAITERS 1
#define WOKENB 2
#define OWNED 4
#define DIRTY 8
#define PROMISE 32
#define PERMIT 65536
#define FREE(x) ((x) >> 16)
#define PROM(x) (((x) & 65535) >> 5)
#define SPARE(x) (FREE(x)-PROM(x))
#define WAITING 0
#define WOKEN 1
#define PROMISED 2
#define GRANTING 3
#define GRANTED 4
#define GONE 5
#define NW (NT*K+1)
int state = (INIT)*PERMIT;
bool checked = (MAX < NOMAX);
byte status[NW]; byte nxt[NW]; byte prv[NW]; byte nlv[NW]; byte prm[NW]; byte dem[NW]; bit parked[NW]; bit listed[NW];
byte thr[NW];
bit tok[NT];
byte head, tail, inbox, leavers;
byte op[NT*K]; byte arg[NT*K];
int held, red, bogus; byte done;
byte granted_times[NW];

inline unlist(x) {
  assert(listed[x]);
  if :: prv[x]==0 -> assert(head==x); head=nxt[x] :: else -> assert(nxt[prv[x]]==x); nxt[prv[x]]=nxt[x] fi;
  if :: nxt[x]==0 -> assert(tail==x); tail=prv[x] :: else -> assert(prv[nxt[x]]==x); prv[nxt[x]]=prv[x] fi;
  prv[x]=0; nxt[x]=0; listed[x]=0
}
inline letgo() {
  atomic { if :: state==s -> 
     state = (s & ~OWNED);
     if :: h!=0 -> state = state | WAITERS
        :: h==0 && PROM(s)==0 -> state = state & ~WAITERS
        :: else fi;
     owned=0
   :: else fi };
  if :: owned && (granted!=0 || called!=0) -> disown() :: else fi
}
inline disown() {
  more=1;
  atomic { state = (state & ~OWNED) | WAITERS; owned=0 }
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
    atomic { more=0; owned=1; granted=0; last=0; called=0; count=0; }
    do
    :: !owned -> break
    :: owned ->
      s = state;
      if
      :: (s & DIRTY)!=0 && granted==0 && called==0 -> atomic { assert((state&DIRTY)!=0); state = state - DIRTY }
      :: (s & DIRTY)!=0 && (granted!=0 || called!=0) -> disown()
      :: else ->
        atomic { l = leavers; leavers = 0 }
        atomic {
          if :: inbox!=0 ->
            x=inbox; inbox=0; y=x; b=0;
            do :: x==0 -> break :: x!=0 -> z=nxt[x]; assert(!listed[x]); listed[x]=1; nxt[x]=b; prv[x]=z; b=x; x=z od;
            prv[b]=tail;
            if :: tail==0 -> head=b :: else -> nxt[tail]=b fi;
            tail=y
          :: else fi;
          do :: l==0 -> break :: l!=0 -> z=nlv[l]; nlv[l]=0; if :: listed[l] -> unlist(l) :: else fi; l=z od;
          h=head; x=0;y=0;z=0;b=0
        }
        if :: h==0 -> stt=GONE :: else -> stt=status[h] fi;
        if
        :: h!=0 && stt==GONE -> atomic { unlist(h) }
#ifdef STALE
        :: h!=0 && stt==PROMISED && FREE(s)>=dem[h] ->
#else
        :: h!=0 && stt==PROMISED && FREE(s)>=dem[h] && FREE(state)<dem[h] -> skip
        :: h!=0 && stt==PROMISED && FREE(s)>=dem[h] && FREE(state)>=dem[h] ->
#endif
           if
           :: count<BATCH ->
             atomic { if :: status[h]==PROMISED -> status[h]=GRANTING; ok=1 :: else -> ok=0 fi };
             if :: ok ->
                state = state - (dem[h]*PERMIT + prm[h]*PROMISE);
                atomic { unlist(h); if :: last==0 -> granted=h :: else -> nxt[last]=h fi; last=h; count++; granted_times[h]++; assert(granted_times[h]==1) }
                status[h]=GRANTED
             :: else fi
           :: else -> more=1; letgo()
           fi
        :: h!=0 && stt==WAITING && (s&WOKENB)==0 /* spare, or old by choice */ ->
           assert(!FAIR);
           atomic { if :: state==s -> state = s|WOKENB; ok=1 :: else -> ok=0 fi };
           if :: ok ->
             atomic { if :: status[h]==WAITING -> status[h]=WOKEN; called=h :: else -> ok=0 fi };
             if :: !ok -> atomic { assert((state&WOKENB)!=0); state = state-WOKENB } :: else fi
           :: else fi
        :: !(h!=0 && stt==GONE) && !(h!=0 && stt==PROMISED && FREE(s)>=dem[h]) &&
           !(h!=0 && stt==WAITING && (s&WOKENB)==0 && SPARE(s)>=dem[h]) -> letgo()
        fi
      fi
    od;
    /* wakeAll */
    do
    :: granted==0 -> break
    :: granted!=0 -> atomic { x=granted; granted=nxt[x]; nxt[x]=0 }
       if :: parked[x] -> tok[thr[x]]=1 :: else fi
    od;
    if :: called!=0 -> if :: parked[called] -> tok[thr[called]]=1 :: else fi :: else fi
  od;
  atomic { called=0; last=0; h=0; s=0; x=0; count=0; stt=0; more=0; ok=0 }
}
inline leave() { /* lok */
  atomic { if :: status[w]>=GRANTING -> lok=0 :: else -> so=status[w]; status[w]=GONE; lok=1 fi };
  if :: lok ->
    if :: so==PROMISED -> state = state - prm[w]*PROMISE
       :: so==WOKEN -> atomic { assert((state&WOKENB)!=0); state = state - WOKENB }
       :: else fi;
    atomic { nlv[w]=leavers; leavers=w }
    serve()
  :: else fi
}
inline promise(drop) {
  atomic { prm[w]=dem[w]; state = ((state + dem[w]*PROMISE) & ~(drop)) | WAITERS }
  status[w]=PROMISED
}
proctype T(byte id) {
  int s, s2; byte h,stt,granted,last,called,count,l,x,y,z,b,w,so,pc,o,n; bit more,ok,owned,lok,comp,may,got,timed;
  do
  :: pc==K -> break
  :: pc<K ->
    atomic { o=op[id*K+pc]; n=arg[id*K+pc] }
    if
    :: o==0 -> skip
    :: o==1 || o==2 || o==3 || o==9 ->
      atomic { timed=(o==2); got=0; w=0; may=1 }
      if
      :: n==1 && (o==1 || o==10) -> 
         if
         :: checked -> atomic { if :: SPARE(state)>=n -> state=state-n*PERMIT; got=1 :: else fi }
         :: else ->
            atomic { s2=state; state=state-PERMIT }
            if
            :: FREE(s2)>=1 && PROM(s2)==0 -> got=1
            :: else ->
              atomic { if :: SPARE(state)>=0 -> got=1; s2=0 :: else -> s2=state; state=state+PERMIT fi };
              if :: !got && FREE(s2)>=0 && (s2&(WAITERS|WOKENB))==WAITERS -> serve() :: else fi
            fi;
               s2=0
         fi
      :: else -> atomic { if :: SPARE(state)>=n -> state=state-n*PERMIT; got=1 :: else fi }
      fi;
      if :: o==9 -> assert(got) :: else fi;
      if
      :: got || o==3 || o==9 -> skip
      :: else ->
        do
        :: if :: w==0 -> comp=!FAIR :: else -> comp=(status[w]==WOKEN) fi;
           if
           :: w!=0 && status[w]==GRANTED -> got=1; break
           :: else ->
             if :: comp -> atomic { if :: SPARE(state)>=n -> state=state-n*PERMIT; got=1 :: else fi } :: else fi;
             if
             :: got -> if :: w!=0 -> leave(); assert(lok) :: else fi; break
             :: else ->
               if
               :: timed && may -> /* timed out or interrupted */
                  if :: w==0 -> break
                     :: else -> leave(); if :: lok -> break :: else -> may=0 fi
                  fi
               :: w==0 -> 
                  atomic { w=id*K+pc+1; thr[w]=id; dem[w]=n; status[w]=WAITING }
                  if :: FAIR -> promise(0) :: else fi;
                  atomic { nxt[w]=inbox; inbox=w }
                  if :: !FAIR || state>=PERMIT -> serve() :: else fi
               :: w!=0 && comp ->   /* old */
#ifdef ASKING
                  status[w]=WAITING;
#endif
                  promise(WOKENB); serve()
               :: w!=0 ->
                  ok=1;
                  if :: comp -> /* doze */
                     status[w]=WAITING;
                     atomic { if
#ifndef DOZE
                        :: SPARE(state)>=dem[w] -> ok=0
#endif
                        :: else -> assert((state&WOKENB)!=0); state=state & ~WOKENB fi };
                     if :: !ok -> status[w]=WOKEN :: else fi
                  :: else fi;
                  if :: ok ->
                    parked[w]=1;
                    if :: status[w]!=GRANTED && status[w]!=WOKEN ->
                       if :: atomic { tok[id] -> tok[id]=0 }
                          :: timed && may -> skip
                       fi
                    :: else fi;
                    parked[w]=0
                  :: else fi
               fi
             fi
           fi
        od
      fi;
      atomic { if :: got -> held=held+n :: else fi; assert(held + red <= INIT + bogus || red>0); w=0;so=0;lok=0;comp=0;may=0;timed=0;ok=0 }
    :: o==4 || o==7 ->
      if
      :: o==4 && !got -> skip
      :: else ->
        if :: o==4 -> held=held-n :: else fi;
        ok=1;
        if
        :: !checked -> atomic { s2=state; state=state+n*PERMIT }
        :: else ->
           atomic { s2=state;
                if :: FREE(s2)+n > MAX -> ok=0
                   :: else -> state=state+n*PERMIT; ok=1 fi }
        fi;
        if :: o==4 -> assert(ok) :: else if :: ok -> bogus=bogus+n :: else fi fi;
        if :: ok && (s2&(WAITERS|WOKENB))==WAITERS -> serve() :: else fi;
        s2=0; got=0
      fi
    :: o==5 ->
      checked=1;
      do
      :: s2=state;
         atomic { if :: state==s2 -> state=s2-n*PERMIT; red=red+n; ok=1 :: else -> ok=0 fi };
         if :: ok -> break :: else fi
      od; s2=0; ok=0
    :: o==6 ->
      atomic { if :: SPARE(state)>0 -> red=red+SPARE(state); state=state-SPARE(state)*PERMIT :: else fi }
    fi;
    pc++; o=0; n=0
  od;
  atomic { done++; if :: done==NT ->
     assert((state & (OWNED|DIRTY|WOKENB))==0); assert(PROM(state)==0);
     assert(head==0 && tail==0 && inbox==0 && leavers==0);
     assert(FREE(state)==INIT+bogus-red-held);
     assert(FREE(state)>=0 || checked);
     assert(FREE(state)<=MAX)
   :: else fi }
}
init { atomic { PROG; RUNS } }
