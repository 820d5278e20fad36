import pytest
from vermilion.base import blobs, jobs, vault, instance
from procrastinate.contrib.django.models import ProcrastinateJob
seen=[]
@jobs.task(name="t.x")
def x(*, n):
    seen.append(n)
    if n==3: raise RuntimeError("secret")
@pytest.mark.django_db(transaction=True)
def test_all(client, clean_jobs):
    k = vault.new_data_key("case")
    assert vault.decrypt(vault.encrypt(k,b"abc","x"),"x")==b"abc"
    r=blobs.put("a/b.pdf", b"hello", data_key=k); assert blobs.get("a/b.pdf")==b"hello"
    jobs.enqueue(x, n=1); jobs.enqueue(x, n=3, queueing_lock="q"); assert jobs.enqueue(x, n=3, queueing_lock="q") is None
    jobs.run_waiting(); assert seen==[1,3]
    print(list(ProcrastinateJob.objects.values()))
